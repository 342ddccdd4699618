"""Sending money back to those who paid for an order, whatever it was paid with and how often.

Most orders have one payment. Changes that cost more have payments of their own, and a payment that
bought nothing has gone back as a whole.
"""

from decimal import Decimal

from django.db.models import Sum

from payments.models import Payment, Refund
from payments.refunds import request_refund

from ..ledger.recording import entry, record_all
from ..models import LedgerEntry


def refundable_balance(order):
    """Return what is left of the order's money: taken, less all that went or is going back."""
    return sum((left for _payment, left in _lefts(order)), Decimal(0))


def refund_order(*, order, amount, key, reason, actor, note=""):
    """Ask for `amount` to go back, or for what is left if that is less; return what that comes to.

    Runs in the caller's transaction, who has locked the order's hold, and writes the log, with
    `note` for why. Locks the payments. The
    refund is named `key`, and parts of it that go back another way `key` with a number, so that
    `given_back(key)` finds them all.
    """
    rest, entries, why = amount, [], {"reason": note} if note else {}
    for payment, left in _lefts(order):
        part = min(rest, left)
        if part <= 0:
            continue
        rest -= part
        name = f"{key[:70]}+{len(entries)}" if entries else key
        refund = request_refund(payment=payment, amount=part, key=name, reason=reason)
        entries.append(
            entry(
                LedgerEntry.Kind.REFUND,
                performance_id=order.performance_id,
                actor=actor,
                order=order.reference,
                amount=-refund.amount,
                currency=order.currency,
                detail={"payment": payment.key, "refund": refund.key, **why},
            )
        )
    record_all(*entries)
    return amount - rest


def refunded_total(key):
    """Return what the refund of this name comes to in all its parts."""
    parts = Refund.objects.filter(key=key) | Refund.objects.filter(key__startswith=f"{key[:70]}+")
    return parts.aggregate(total=Sum("amount"))["total"] or Decimal(0)


def _lefts(order):
    """Return the order's payments with what is left of each, the one with most left first."""
    payments = Payment.objects.captured().for_purpose_and_additions(order.reference).order_by("pk")
    lefts = [(payment, payment.amount - payment.refunds.total()) for payment in payments]
    return sorted(lefts, key=lambda pair: -pair[1])
