"""Giving tickets back: the places are on sale again at once, the money is on its way."""

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from emails.outbox import enqueue_email

from ..exceptions import CannotCancel
from ..ledger.recording import entry, record_all
from ..models import LedgerEntry, Order, Place, Ticket, TicketChange
from ..sale import locks
from .refunds import refund_order


def cancel_tickets(
    *,
    order,
    actor,
    ticket_ids=None,
    by_staff=False,
    keep_fee=None,
    refund=True,
    reason="",
    letter="tickets_cancelled",
):
    """Cancel tickets of a paid order (all of them by default) and ask for their refund.

    Customers may until the performance's deadline, with tickets that nobody has gone in with; staff
    (`by_staff`) always. The fee is returned
    unless the performance, or `keep_fee`, says otherwise; `refund=False` cancels without money.
    `reason` goes into the log, and a letter of the kind `letter` to the customer. The order is
    cancelled with its last valid ticket. Tickets cancelled already are passed over, so repeating
    the call does no harm. Locks the hold, then the places. Raises `CannotCancel`.
    """
    with transaction.atomic(durable=True):
        locks.lock_hold(pk=order.hold_id)
        order = Order.objects.select_related("performance").get(pk=order.pk)
        now = locks.database_now()
        if not by_staff and not may_cancel(order, order.performance.cancel_until, now):
            raise CannotCancel
        tickets = Ticket.objects.valid().filter(order=order).order_by("pk")
        if ticket_ids is not None:
            tickets = tickets.filter(pk__in=ticket_ids)
        tickets = list(tickets)
        if not by_staff and tickets_inside(order) & {ticket.pk for ticket in tickets}:
            raise CannotCancel
        if tickets:
            _cancel(order, tickets, now, actor, reason)
            if refund:
                keep = order.performance.keeps_fee(now) if keep_fee is None else keep_fee
                _give_money_back(order, tickets, actor, keep_fee=keep)
            _tell(order, tickets, letter)
    return order


def may_cancel(order, deadline, now):
    """Whether the customer may cancel at `now`: paid, and before the performance's deadline."""
    return order.status == Order.Status.PAID and deadline is not None and now < deadline


def refundable(tickets, *, keep_fee):
    """What cancelling these tickets gives back."""
    return sum((ticket.price - (ticket.fee if keep_fee else 0) for ticket in tickets), Decimal(0))


def refund_key(ticket_ids):
    """The name of the refund for tickets cancelled together. Each ticket is cancelled once."""
    return ("cancel:" + "-".join(str(pk) for pk in sorted(ticket_ids)))[:80]


def tickets_inside(order):
    """The tickets that the door has let in, by the log; letting in locks the same hold."""
    inside = set()
    lines = LedgerEntry.objects.filter(order=order.reference, kind=LedgerEntry.Kind.CHECK_IN)
    for line in lines.order_by("pk"):
        change = inside.discard if line.detail.get("undone") else inside.add
        change(line.detail["ticket"])
    return inside


def _cancel(order, tickets, now, actor, reason):
    places = locks.lock_places([ticket.place_id for ticket in tickets])
    Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets]).update(
        status=Ticket.Status.CANCELLED, cancelled_at=now
    )
    Place.objects.filter(pk__in=[place.pk for place in places]).make_available()
    # Money for a change that still comes goes back: there may be nothing left to change.
    order.changes.pending().update(status=TicketChange.Status.DROPPED)
    order.quantity -= len(tickets)
    if order.quantity == 0:
        order.status = Order.Status.CANCELLED
        order.cancelled_at = now
    order.save(update_fields=["quantity", "status", "cancelled_at"])
    record_all(
        entry(
            LedgerEntry.Kind.CANCEL,
            performance_id=order.performance_id,
            actor=actor,
            order=order.reference,
            places=[place.pk for place in places],
            amount=-sum((ticket.price for ticket in tickets), Decimal(0)),
            currency=order.currency,
            detail={
                "tickets": [ticket.pk for ticket in tickets],
                **({"reason": reason} if reason else {}),
            },
        )
    )


def _give_money_back(order, tickets, actor, *, keep_fee):
    refund_order(
        order=order,
        # Less than that is left when staff have given something back by hand.
        amount=refundable(tickets, keep_fee=keep_fee),
        key=refund_key([ticket.pk for ticket in tickets]),
        reason=_("Tickets cancelled."),
        actor=actor,
    )


def _tell(order, tickets, kind):
    enqueue_email(
        kind=kind,
        key=f"cancelled:{order.reference}:{tickets[0].pk}",
        to=order.email,
        user=order.user,
        language=order.language,
        about={"order": order.reference, "tickets": [ticket.pk for ticket in tickets]},
    )
