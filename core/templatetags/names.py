"""``{{ tag.name|translated_name }}``, ``{{ show.description|translated_text }}`` and
``{{ venue.country|country_name }}``
"""

from django import template

from core import countries, names

register = template.Library()


@register.filter
def translated_name(name: str | None) -> str:
    """Return a common name in the active language, other names unchanged; None becomes empty."""
    return names.translated_name(name) if name else ""


@register.filter
def translated_text(text: str | None) -> str:
    """Return a text in the active language if staff have translated it; None becomes empty."""
    return names.translated_text(text) if text else ""


@register.filter
def country_name(code: str) -> str:
    """Return the name of a country in the active language."""
    return countries.country_name(code)
