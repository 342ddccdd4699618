"""Payments for ticket changes that cost more: start them, and apply the change once paid."""

import logging
from typing import Any

from django.utils.translation import gettext as _

from payments.charges import settle_payment, start_payment
from payments.exceptions import PaymentError
from payments.models import Payment, Refund
from payments.refunds import request_refund
from shows.models import Performance
from shows.terms import terms_of

from ..ledger.recording import entry, record_all
from ..models import LedgerEntry, Order, Ticket, TicketChange
from ..order_emails import enqueue_order_email
from ..sale.payment_options import check_payable
from ..sale.queries import pending_change
from .ticket_changes import (
    Difference,
    Line,
    apply_difference,
    enqueue_change_email,
    lock_order,
)

logger = logging.getLogger(__name__)


def start_change_payment(*, change: TicketChange, return_url: str) -> Payment:
    """Return the open payment for a pending change's difference. Repeatable.

    Raises `AlreadyPaid` when the change is no longer pending, and `NotSoldOnline` where the site
    takes no payments online.
    """
    check_payable(change.difference)
    order = change.order
    return start_payment(
        purpose=change.reference,
        amount=change.difference,
        currency=order.currency,
        description=_("%(show)s, change of order %(reference)s")
        % {"show": terms_of(order.performance_id).show_title, "reference": order.reference},
        return_url=return_url,
        is_due=lambda: TicketChange.objects.pending().filter(pk=change.pk).exists(),
    )


def settle_change(*, order: Order) -> TicketChange | None:
    """Ask the provider about the order's pending change; return the change if it is still pending.

    Must not run inside a transaction. If the provider cannot be reached, nothing changes. One query
    when no change is pending.
    """
    waiting = pending_change(order)
    payment = waiting and Payment.objects.unfinished().for_purpose(waiting.reference).first()
    if not payment:
        return waiting
    try:
        settle_payment(payment, for_page=True)
    except PaymentError as error:
        logger.warning("The status of payment %s is still unknown: %s", payment.key, error)
    return pending_change(order)


def is_for_change(payment: Payment) -> bool:
    """Return whether the payment is for a change ("ABCD2345-1"): order references have no "-"."""
    return "-" in payment.purpose


def fulfil_change(payment: Payment) -> None:
    """Apply the change that a captured payment is for, or refund the payment.

    Runs inside the transaction that records the capture. The change is applied if it is still
    pending and its tickets are as they were when it was requested, even when the deadline has
    passed meanwhile, but not once the performance has started or is cancelled. Locks the hold.
    """
    change = TicketChange.objects.select_related("order").filter(reference=payment.purpose).first()
    if change is None:
        key = f"unknown:{payment.key}"
        reason = _("No order has this reference.")
        request_refund(payment=payment, amount=payment.amount, key=key, reason=reason)
        return
    order, now = lock_order(change.order)
    change.refresh_from_db(fields=["status"])
    if not _can_be_applied(change, order, payment, now):
        _reject(change, order=order, payment=payment)
        return
    difference = _difference_of(change)
    TicketChange.objects.filter(pk=change.pk).update(status=TicketChange.Status.APPLIED)
    _log_payment(order=order, payment=payment)
    change_entry = apply_difference(order, difference, payment.provider)
    enqueue_change_email(order, change_entry, difference)


def _difference_of(change):
    return Difference(change.order.reference, tuple(map(Line.from_json, change.lines)))


def _can_be_applied(change, order, payment, now):
    if not change.is_pending:
        return False
    if (payment.amount, payment.currency) != (change.difference, order.currency):
        return False
    performance = order.performance
    if performance.status != Performance.Status.PUBLISHED or now >= performance.starts_at:
        return False
    return all(
        Ticket.objects.valid()
        .filter(order=order, pk=line.ticket, concession=line.old_concession, price=line.old_price)
        .exists()
        for line in _difference_of(change).lines
    )


def _log_payment(*, order: Order, payment: Payment, refund: Refund | None = None) -> None:
    common: dict[str, Any] = {
        "performance_id": order.performance_id,
        "order": order.reference,
        "currency": payment.currency,
    }
    detail = {"payment": payment.key}
    entries = [
        entry(
            LedgerEntry.Kind.PAYMENT,
            actor=payment.provider,
            amount=payment.amount,
            detail=detail,
            **common,
        )
    ]
    if refund:
        entries.append(
            entry(
                LedgerEntry.Kind.REFUND,
                actor="system",
                amount=-refund.amount,
                detail=detail | {"refund": refund.key},
                **common,
            )
        )
    record_all(*entries)


def _reject(change, *, order, payment):
    if change.is_pending:
        TicketChange.objects.filter(pk=change.pk).update(status=TicketChange.Status.DROPPED)
    refund = request_refund(
        payment=payment,
        amount=payment.amount,
        key=f"not-fulfilled:{payment.key}",
        reason=_("The tickets could no longer be changed."),
    )
    _log_payment(order=order, payment=payment, refund=refund)
    enqueue_order_email(
        order, "payment_returned", key=f"returned:{payment.key}", payment=payment.key
    )
