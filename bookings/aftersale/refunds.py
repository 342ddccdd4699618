"""Refund an order, whichever of its payments the money came from.

Most orders have one payment. Changes that cost more have payments of their own; a payment that
arrived too late or twice has already been refunded in full.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _

from payments.models import Payment, Refund
from payments.providers.counter import IN_PERSON
from payments.refunds import request_refund

from ..ledger.recording import entry, record_all
from ..models import LedgerEntry, Order, TicketChange


def refundable_balance(order: Order) -> Decimal:
    """Return what was paid for the order less all its refunds, queued ones included."""
    return sum((left for _payment, left in _payments_with_balance(order)), Decimal(0))


@dataclass(frozen=True, slots=True)
class Amounts:
    """What was paid for an order, and all its refunds, queued ones included."""

    paid: Decimal = Decimal(0)
    refunded: Decimal = Decimal(0)

    @property
    def balance(self) -> Decimal:
        return self.paid - self.refunded


def amounts_of(orders: Iterable[Order]) -> dict[int, Amounts]:
    """Return the amounts of each of these orders, by primary key. Three queries.

    Orders without a captured payment are left out.
    """
    by_purpose = {order.reference: order.pk for order in orders}
    changes = TicketChange.objects.filter(order__in=by_purpose.values())
    by_purpose |= dict(changes.values_list("reference", "order"))
    payments = Payment.objects.captured().filter(purpose__in=by_purpose)
    found: dict[int, Amounts] = {}
    for payment in payments.prefetch_related("refunds"):
        pk = by_purpose[payment.purpose]
        known = found.get(pk, Amounts())
        refunded = sum((refund.amount for refund in payment.refunds.all()), known.refunded)
        found[pk] = Amounts(known.paid + payment.amount, refunded)
    return found


def refund_order(
    *, order: Order, amount: Decimal, key: str, reason: str, actor: str, note: str = ""
) -> Decimal:
    """Request a refund of `amount`, or of the balance if that is less; return what it comes to.

    Runs in the caller's transaction, which has locked the order's hold. Writes the log, with `note`
    as the reason. Locks the payments. The refund is named `key` (from `shorten_key`); parts of it
    that go to further payments are named `key` with a number, so that `refunded_total(key)` finds
    them all.
    """
    rest, detail = amount, {"reason": note} if note else {}
    entries: list[LedgerEntry] = []
    for payment, left in _payments_with_balance(order):
        part = min(rest, left)
        if part <= 0:
            continue
        rest -= part
        name = f"{key}+{len(entries)}" if entries else key
        refund = request_refund(payment=payment, amount=part, key=name, reason=reason)
        entries.append(
            entry(
                LedgerEntry.Kind.REFUND,
                performance_id=order.performance_id,
                actor=actor,
                order=order.reference,
                amount=-refund.amount,
                currency=order.currency,
                detail={"payment": payment.key, "refund": refund.key, **detail},
            )
        )
    record_all(*entries)
    return amount - rest


def refunded_total(key: str) -> Decimal:
    """Return the sum of all parts of the refund with this key."""
    parts = Refund.objects.filter(key=key) | Refund.objects.filter(key__startswith=f"{key}+")
    return parts.aggregate(total=Sum("amount"))["total"] or Decimal(0)


def is_paid_by_hand(order: Order) -> bool:
    """Return whether the order was paid in cash or by card terminal: staff refund it."""
    payments = Payment.objects.captured().for_purpose_and_additions(order.reference)
    return payments.filter(provider__in=IN_PERSON).exists()


def refund_sentence(amount: str, *, by_hand: bool) -> str:
    """Return the sentence for an e-mail that says how the `amount` is refunded."""
    if by_hand:
        return _(
            "You paid %(amount)s at the box office, so we’ll refund it there. Please bring your "
            "order number."
        ) % {"amount": amount}
    return _(
        "We’ll refund %(amount)s to your original payment method. It may take a few days to arrive."
    ) % {"amount": amount}


def _payments_with_balance(order: Order) -> list[tuple[Payment, Decimal]]:
    """Return the order's captured payments with their balance, the highest balance first."""
    payments = Payment.objects.captured().for_purpose_and_additions(order.reference).order_by("pk")
    balances = [(payment, payment.amount - payment.refunds.total()) for payment in payments]
    return sorted(balances, key=lambda pair: -pair[1])
