"""Money for changes of tickets that cost more: asked for, and what becomes of it when it comes."""

import logging

from django.utils.translation import gettext as _

from emails.outbox import enqueue_email
from payments.charges import settle_payment, start_payment
from payments.exceptions import PaymentError
from payments.models import Payment
from payments.refunds import request_refund
from shows.models import Performance
from shows.terms import terms_of

from ..ledger.recording import entry, record_all
from ..models import LedgerEntry, Ticket, TicketChange
from ..sale.online import check_payable
from ..sale.statements import read_waiting_change
from .ticket_changes import Difference, Line, lock_order, tell_of_change, write_difference

logger = logging.getLogger(__name__)


def start_change_payment(*, change, return_url):
    """Return the open payment for what a pending change costs more. Repeatable.

    Raises AlreadyPaid when the change does not wait any more.
    Raises `NotSoldOnline` where the site takes no payments online.
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


def settle_change(*, order):
    """Ask the provider about the order's change that awaits payment; return it if it still does.

    Not inside a transaction. A provider that is away changes nothing. One query when no change
    waits.
    """
    waiting = read_waiting_change(order)
    payment = waiting and Payment.objects.open().for_purpose(waiting.reference).first()
    if not payment:
        return waiting
    try:
        settle_payment(payment)
    except PaymentError as error:
        logger.warning("What became of payment %s is not known yet: %s", payment.key, error)
    return read_waiting_change(order)


def is_for_change(payment):
    """Whether it is for a change of tickets ("ABCD2345-1"): orders have no "-" in their names."""
    return "-" in payment.purpose


def fulfil_change(payment):
    """Make the change that a captured payment is for, or give the money back: one of the two.

    Runs inside the transaction that records the capture. The change is made if it still waits and
    its tickets are as they were when it was asked for, also when the deadline has passed meanwhile,
    but not once the performance has begun or has been called off. Locks the hold.
    """
    change = TicketChange.objects.select_related("order").filter(reference=payment.purpose).first()
    if change is None:
        key = f"unknown:{payment.key}"
        reason = _("No order has this reference.")
        request_refund(payment=payment, amount=payment.amount, key=key, reason=reason)
        return
    order, now = lock_order(change.order)
    change.refresh_from_db(fields=["status"])
    money = {"order": order, "payment": payment}
    if not _can_be_made(change, order, payment, now):
        _refuse(change, **money)
        return
    difference = _difference_of(change)
    TicketChange.objects.filter(pk=change.pk).update(status=TicketChange.Status.APPLIED)
    _log_payment(**money)
    line = write_difference(order, difference, payment.provider)
    tell_of_change(order, line, difference)


def _difference_of(change):
    return Difference(change.order.reference, tuple(map(Line.thawed, change.lines)))


def _can_be_made(change, order, payment, now):
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


def _log_payment(*, order, payment, refund=None):
    line = {
        "performance_id": order.performance_id,
        "order": order.reference,
        "currency": payment.currency,
    }
    about = {"payment": payment.key}
    entries = [
        entry(
            LedgerEntry.Kind.PAYMENT,
            actor=payment.provider,
            amount=payment.amount,
            detail=about,
            **line,
        )
    ]
    if refund:
        about = about | {"refund": refund.key}
        entries.append(
            entry(
                LedgerEntry.Kind.REFUND, actor="system", amount=-refund.amount, detail=about, **line
            )
        )
    record_all(*entries)


def _refuse(change, *, order, payment):
    if change.is_pending:
        TicketChange.objects.filter(pk=change.pk).update(status=TicketChange.Status.DROPPED)
    refund = request_refund(
        payment=payment,
        amount=payment.amount,
        key=f"not-fulfilled:{payment.key}",
        reason=_("The tickets could no longer be changed."),
    )
    _log_payment(order=order, payment=payment, refund=refund)
    enqueue_email(
        kind="payment_returned",
        key=f"returned:{payment.key}",
        to=order.email,
        user=order.user,
        language=order.language,
        about={"order": order.reference, "payment": payment.key},
    )
