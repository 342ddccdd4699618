"""``{{ price|money:performance.currency }}``, ``{% for text in tax_lines|tax_texts:currency %}``"""

from decimal import Decimal

from django import template

from core.money import money as format_money
from core.tax import tax_texts

register = template.Library()
register.filter("tax_texts", tax_texts)


@register.filter
def money(amount: Decimal | None, currency: str) -> str:
    """Format an amount with its currency; None becomes an empty string."""
    return "" if amount is None else format_money(amount, currency)
