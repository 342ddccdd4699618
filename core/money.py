"""Amounts of money: formatting and validation."""

from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.numbers import format_currency, get_currency_precision, list_currencies
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, ngettext, to_locale
from django.utils.translation import gettext as _

# Amounts are stored with two decimals.
MOST_DECIMALS = 2


def coin(currency: str) -> Decimal:
    """Return the smallest unit of a currency: 0.01 for EUR, 1 for JPY."""
    return Decimal(1).scaleb(-min(MOST_DECIMALS, get_currency_precision(currency)))


def check_currency(code: str) -> None:
    """Raise ValidationError unless `code` is a currency with at most two decimals."""
    if code not in list_currencies():
        raise ValidationError(
            _("%s is not a currency code. Enter three letters, such as EUR.") % code
        )
    if get_currency_precision(code) > MOST_DECIMALS:
        raise ValidationError(
            _("%s has three decimals, which is not supported: amounts have two.") % code
        )


def check_amount(amount: Decimal, currency: str) -> None:
    """Raise ValidationError for an amount with more decimals than its currency has."""
    if amount % coin(currency):
        decimals = min(MOST_DECIMALS, get_currency_precision(currency))
        if not decimals:
            raise ValidationError(_("Amounts in %s have no decimals.") % currency)
        words = ngettext(
            "Amounts in %(currency)s have at most %(n)d decimal.",
            "Amounts in %(currency)s have at most %(n)d decimals.",
            decimals,
        )
        raise ValidationError(words % {"currency": currency, "n": decimals})


def amount_text(amount: Decimal, currency: str) -> str:
    """Return an amount for programs and files, with the currency's decimals: "45.00", "5000"."""
    amount = Decimal(amount)
    decimals = 0 if not amount % 1 and coin(currency) == 1 else MOST_DECIMALS
    return f"{amount:.{decimals}f}"


def money(amount: Decimal, currency: str) -> str:
    """Return an amount in the active language: "€45" or "€45.50", whole amounts without zeros."""
    return _money(Decimal(amount), currency, to_locale(get_language() or "en"))


@lru_cache(maxsize=4096)
def _money(amount: Decimal, currency: str, locale: str) -> str:
    pattern = Locale.parse(locale).currency_formats["standard"].pattern
    if amount == amount.to_integral_value():
        return format_currency(
            amount, currency, pattern.replace(".00", ""), locale=locale, currency_digits=False
        )
    # Not rounded to the currency's decimals: displayed amounts add up to what is charged.
    return format_currency(amount, currency, pattern, locale=locale, currency_digits=False)
