"""``{{ tag.name|translated_name }}`` and ``{{ show.description|translated_text }}``"""

from django import template

from core import names

register = template.Library()


@register.filter
def translated_name(name: str | None) -> str:
    """Return a common name in the active language, other names unchanged; None becomes empty."""
    return names.translated_name(name) if name else ""


@register.filter
def translated_text(text: str | None) -> str:
    """Return a text in the active language if staff have translated it; None becomes empty."""
    return names.translated_text(text) if text else ""
