"""How percentages are written: "7.5%" in English, "7,5 %" in German."""

from decimal import Decimal
from functools import lru_cache

from babel.numbers import format_percent as babel_percent
from django.utils.translation import get_language, to_locale


def format_percent(value: Decimal | int) -> str:
    """Return a number of per cent in the active language, without trailing zeros: "19%", "5.5%".

    The space that some languages have before the sign does not break.
    """
    return _format_percent(Decimal(value).normalize(), to_locale(get_language() or "en"))


@lru_cache(maxsize=512)
def _format_percent(value: Decimal, locale: str) -> str:
    return str(babel_percent(value / 100, locale=locale, decimal_quantization=False))
