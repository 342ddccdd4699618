"""``{{ price|money:performance.currency }}``"""

from django import template

from core.money import money as written

register = template.Library()


@register.filter
def money(amount, currency):
    """An amount with its currency; nothing for an amount that is not known."""
    return "" if amount is None else written(amount, currency)
