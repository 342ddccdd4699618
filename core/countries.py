"""Countries with their names in the language in force."""

from anyascii import anyascii
from babel import Locale
from babel.core import UnknownLocaleError
from django.utils.translation import get_language, to_locale

# Codes in CLDR that are regions or reserved, not countries of ISO 3166-1.
NO_COUNTRIES = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}


def countries() -> list[tuple[str, str]]:
    """Return (ISO 3166-1 code, name) of all countries, by name."""
    found = [
        (code, name)
        for code, name in _locale().territories.items()
        if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES
    ]
    return sorted(found, key=lambda pair: str(anyascii(pair[1])).casefold())


def country_choices() -> list[tuple[str, str]]:
    """Return the choices of a form field, the first of them empty."""
    return [("", "–"), *countries()]


def country_name(code: str) -> str:
    """Return the name of a country, or its code if it has none."""
    return str(_locale().territories.get(code, code))


def _locale() -> Locale:
    try:
        return Locale.parse(to_locale(get_language() or "en"))
    except UnknownLocaleError:
        return Locale("en")
