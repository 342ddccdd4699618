from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.template import Context, Template
from django.utils import translation

from core.money import amount_text, check_amount, check_currency, coin, money


@pytest.mark.parametrize(
    ("language", "amount", "currency", "written"),
    [
        ("en", "45", "EUR", "€45"),
        ("en", "45.00", "EUR", "€45"),
        ("en", "45.50", "GBP", "£45.50"),
        ("en", "1234.5", "USD", "$1,234.50"),
        ("en", "5000", "JPY", "¥5,000"),
        ("de", "45", "EUR", "45\xa0€"),
        ("de", "45.50", "EUR", "45,50\xa0€"),
        ("en", "0", "EUR", "€0"),
        ("en", "-12.30", "EUR", "-€12.30"),
        # Not rounded: two of these are ¥21.
        ("en", "10.50", "JPY", "¥10.50"),
    ],
)
def test_money_is_formatted_by_language(language, amount, currency, written):
    with translation.override(language):
        assert money(Decimal(amount), currency) == written


def test_the_template_filter_renders_none_as_nothing():
    page = Template("{% load money %}[{{ price|money:'EUR' }}]")
    assert page.render(Context({"price": None})) == "[]"
    assert page.render(Context({"price": Decimal("12.50")})) == "[€12.50]"


@pytest.mark.parametrize(
    ("currency", "smallest", "written"), [("EUR", "0.01", "45.00"), ("JPY", "1", "45")]
)
def test_amounts_for_programs_have_the_decimals_of_the_currency(currency, smallest, written):
    assert coin(currency) == Decimal(smallest)
    assert amount_text(Decimal("45.00"), currency) == written
    assert amount_text(Decimal("10.50"), currency) == "10.50"


def test_too_many_decimals_are_rejected():
    check_amount(Decimal("45.01"), "EUR")
    check_amount(Decimal("45.00"), "JPY")
    with pytest.raises(ValidationError, match="Amounts in JPY have no decimals"):
        check_amount(Decimal("45.50"), "JPY")
    with pytest.raises(ValidationError, match="Amounts in EUR have at most 2 decimals"):
        check_amount(Decimal("45.005"), "EUR")


@pytest.mark.parametrize(
    ("code", "words"),
    [("KWD", "KWD has three decimals"), ("BHD", "BHD"), ("XYZ", "XYZ is not a currency")],
)
def test_unknown_currencies_are_rejected(code, words):
    check_currency("EUR")
    check_currency("JPY")
    with pytest.raises(ValidationError, match=words):
        check_currency(code)
