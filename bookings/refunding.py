"""Giving a part of an order's money back while its tickets stay valid, as a courtesy."""

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from concert.money import money
from letters.owing import owe_letter
from payments.refunding import ask_refund

from . import locks
from .cancelling import payment_with_most_left
from .exceptions import Refusal
from .log import record
from .models import Entry, Order


class TooMuch(Refusal):
    """More than is left of what was paid. `left` is an amount in `currency`."""

    status = 422

    def __init__(self, left, currency):
        super().__init__(left)
        self.left, self.currency = left, currency

    def __str__(self):
        if not self.left:
            return _("Nothing is left of what was paid for this order.")
        return _("At most %s can still go back.") % money(self.left, self.currency)


def left_to_give_back(order):
    """Return what is left of the order's money: taken, less all that went or is going back."""
    _payment, left = payment_with_most_left(order)
    return left


def give_back_by_hand(*, order, amount, actor, reason, wish):
    """Send `amount` of what was paid for the order back, and return the Refund.

    The tickets stay as they are. `wish` names it: the same one sent twice is done once.
    Locks the hold, then the payment. Raises `TooMuch`.
    """
    key = f"by-hand:{order.reference}:{wish}"[:80]
    with transaction.atomic(durable=True):
        locks.lock_hold(pk=order.hold_id)
        order = Order.objects.get(pk=order.pk)
        payment, left = payment_with_most_left(order)
        asked = payment and payment.refunds.filter(key=key).first()
        if asked:
            return asked
        if payment is None or not Decimal(0) < amount <= left:
            raise TooMuch(left, order.currency)
        refund = ask_refund(payment=payment, amount=amount, key=key, reason=reason)
        record(
            Entry.Kind.REFUND,
            performance_id=order.performance_id,
            actor=actor,
            order=order.reference,
            amount=-refund.amount,
            currency=order.currency,
            detail={"payment": payment.key, "refund": refund.key, "reason": reason},
        )
        owe_letter(
            kind="money_back",
            key=f"money-back:{refund.key}",
            to=order.email,
            user=order.user,
            language=order.language,
            about={"order": order.reference, "refund": refund.key},
        )
    return refund
