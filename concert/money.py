"""Amounts of money as people write them, in the language of the page."""

from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.numbers import format_currency
from django.utils.translation import get_language, to_locale


def money(amount: Decimal, currency: str) -> str:
    """``€45`` or ``€45.50``; whole amounts without their noughts, as on a poster."""
    return _money(Decimal(amount), currency, to_locale(get_language() or "en"))


@lru_cache(maxsize=4096)
def _money(amount: Decimal, currency: str, locale: str) -> str:
    pattern = Locale.parse(locale).currency_formats["standard"].pattern
    if amount == amount.to_integral_value():
        return format_currency(
            amount, currency, pattern.replace(".00", ""), locale=locale, currency_digits=False
        )
    return format_currency(amount, currency, pattern, locale=locale)
