"""``{{ price|money:performance.currency }}``"""

from decimal import Decimal

from django import template

from core.money import money as format_money

register = template.Library()


@register.filter
def money(amount: Decimal | None, currency: str) -> str:
    """Format an amount with its currency; None becomes an empty string."""
    return "" if amount is None else format_money(amount, currency)
