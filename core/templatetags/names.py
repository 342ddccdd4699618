"""``{{ tag.name|translated_name }}``"""

from django import template

from core import names

register = template.Library()


@register.filter
def translated_name(name: str | None) -> str:
    """Return a common name in the active language, other names unchanged; None becomes empty."""
    return names.translated_name(name) if name else ""
