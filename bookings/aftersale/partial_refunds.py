"""Refund a part of what was paid for an order while its tickets stay valid."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core.exceptions import Refused
from core.money import check_amount, money
from payments.refund_keys import shorten_key

from ..models import Order
from ..order_emails import enqueue_order_email
from ..sale import locks
from .refunds import refund_order, refundable_balance, refunded_total


class AmountTooHigh(Refused):
    """More than the refundable balance. `left` is that balance, an amount in `currency`."""

    status = 422

    def __init__(self, left: Decimal, currency: str) -> None:
        super().__init__(left)
        self.left, self.currency = left, currency

    def __str__(self) -> str:
        if not self.left:
            return _("Nothing left to refund for this order.")
        return _("You can refund at most %s.") % money(self.left, self.currency)


class InvalidAmount(Refused):
    """An amount with more decimals than its currency has."""

    status = 422


def refund_amount(
    *, order: Order, amount: Decimal, actor: str, reason: str, request_key: str
) -> Decimal:
    """Refund `amount` of what was paid for the order; return what is being refunded.

    The tickets stay valid. The same `request_key` refunds once, however often it is sent.
    Locks the hold, then the payments. Raises `AmountTooHigh`, `InvalidAmount`.
    """
    try:
        check_amount(amount, order.currency)
    except ValidationError as error:
        raise InvalidAmount(error.message) from None
    key = shorten_key(f"by-hand:{order.reference}:{request_key}")
    with transaction.atomic(durable=True):
        locks.lock_hold(pk=order.hold_id)
        order = Order.objects.get(pk=order.pk)
        left, refunded = refundable_balance(order), refunded_total(key)
        if refunded:
            return refunded
        if not Decimal(0) < amount <= left:
            raise AmountTooHigh(left, order.currency)
        refund_order(order=order, amount=amount, key=key, reason=reason, actor=actor, note=reason)
        enqueue_order_email(order, "partial_refund", key=f"money-back:{key}", refund=key)
    return amount
