"""Giving a part of an order's money back while its tickets stay valid, as a courtesy."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core.exceptions import Refused
from core.money import check_amount, money
from emails.outbox import enqueue_email

from ..models import Order
from ..sale import locks
from .refunds import refund_order, refundable_balance, refunded_total


class TooMuch(Refused):
    """More than is left of what was paid. `left` is an amount in `currency`."""

    status = 422

    def __init__(self, left, currency):
        super().__init__(left)
        self.left, self.currency = left, currency

    def __str__(self):
        if not self.left:
            return _("Nothing is left of what was paid for this order.")
        return _("At most %s can still go back.") % money(self.left, self.currency)


class NoSuchAmount(Refused):
    """An amount with more decimals than its currency has."""

    status = 422


def refund_amount(*, order, amount, actor, reason, wish):
    """Send `amount` of what was paid for the order back, and return what is on its way.

    The tickets stay as they are. `wish` names it: the same one sent twice is done once.
    Locks the hold, then the payments. Raises `TooMuch`, `NoSuchAmount`.
    """
    try:
        check_amount(amount, order.currency)
    except ValidationError as error:
        raise NoSuchAmount(error.message) from None
    key = f"by-hand:{order.reference}:{wish}"[:80]
    with transaction.atomic(durable=True):
        locks.lock_hold(pk=order.hold_id)
        order = Order.objects.get(pk=order.pk)
        left, asked = refundable_balance(order), refunded_total(key)
        if asked:
            return asked
        if not Decimal(0) < amount <= left:
            raise TooMuch(left, order.currency)
        refund_order(order=order, amount=amount, key=key, reason=reason, actor=actor, note=reason)
        enqueue_email(
            kind="money_back",
            key=f"money-back:{key}",
            to=order.email,
            user=order.user,
            language=order.language,
            about={"order": order.reference, "refund": key},
        )
    return amount
