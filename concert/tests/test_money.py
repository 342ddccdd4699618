from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import translation

from concert.money import money


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
    ],
)
def test_it_writes_money_as_people_of_that_language_do(language, amount, currency, written):
    with translation.override(language):
        assert money(Decimal(amount), currency) == written


def test_the_template_filter_leaves_out_what_is_not_known():
    page = Template("{% load money %}[{{ price|money:'EUR' }}]")
    assert page.render(Context({"price": None})) == "[]"
    assert page.render(Context({"price": Decimal("12.50")})) == "[€12.50]"
