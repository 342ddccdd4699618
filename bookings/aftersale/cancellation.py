"""Cancel tickets of a paid order and refund their price."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from core.database.locks import database_now
from payments.refund_keys import shorten_key

from ..exceptions import CannotCancel
from ..ledger.recording import entry, record_all
from ..ledger.sold_lines import line_of_ticket
from ..models import LedgerEntry, Order, Place, Ticket, TicketChange
from ..order_emails import enqueue_order_email
from ..sale import locks
from .refunds import refund_order


def cancel_tickets(
    *,
    order: Order,
    actor: str,
    ticket_ids: Iterable[int] | None = None,
    by_staff: bool = False,
    keep_fee: bool | None = None,
    refund: bool = True,
    reason: str = "",
    email_kind: str = "tickets_cancelled",
) -> Order:
    """Cancel tickets of a paid order (all by default), request their refund, return the order.

    Customers can cancel until the performance's deadline, and only tickets that are not checked in;
    staff (`by_staff`) always can. The booking fee is refunded unless the performance or `keep_fee`
    says otherwise. So is the fee per order, with the order's last tickets; without `keep_fee`, the
    performance's rule for it counts for customers alone. `refund=False` cancels without a refund.
    `reason` is logged. The customer gets an e-mail of the kind `email_kind`. The order is cancelled
    with its last valid ticket. Tickets that are cancelled already are skipped, so the call can be
    repeated.

    A ticket that was moved here is refunded from the payment of the order that was paid for it.
    Locks the hold, and those of such orders, in primary-key order, then the places. Raises
    `CannotCancel`.
    """
    with transaction.atomic(durable=True):
        paid_orders = _lock_with_paid_orders(order)
        order = Order.objects.select_related("performance").get(pk=order.pk)
        now = database_now()
        if not by_staff and not may_cancel(order, order.performance.cancel_until, now):
            raise CannotCancel
        valid = Ticket.objects.valid().filter(order=order).order_by("pk")
        if ticket_ids is not None:
            valid = valid.filter(pk__in=ticket_ids)
        tickets = [one for one in valid if one.paid_with_id in (None, *paid_orders)]
        if not by_staff and checked_in_tickets(order) & {ticket.pk for ticket in tickets}:
            raise CannotCancel
        if tickets:
            keep, keep_order_fee = _kept_fees(order, keep_fee, by_staff, now)
            order_fee = refundable_order_fee(order, tickets, keep=keep_order_fee)
            _cancel(order, tickets, now, actor, reason, order_fee if refund else Decimal(0))
            if refund:
                _refund(order, tickets, actor, keep, order_fee, paid_orders)
            enqueue_order_email(
                order,
                email_kind,
                key=f"cancelled:{order.reference}:{tickets[0].pk}",
                tickets=[ticket.pk for ticket in tickets],
            )
    return order


def _kept_fees(
    order: Order, keep_fee: bool | None, by_staff: bool, now: datetime
) -> tuple[bool, bool]:
    """Return whether the booking fees and the fee per order are kept."""
    if keep_fee is not None:
        return keep_fee, keep_fee
    performance = order.performance
    return performance.keeps_fee(now), not by_staff and performance.keeps_order_fee(now)


def may_cancel(order: Order, deadline: datetime | None, now: datetime) -> bool:
    """Return whether the customer can cancel at `now`: paid, and before the deadline."""
    return order.status == Order.Status.PAID and deadline is not None and now < deadline


def refundable(tickets: Iterable[Ticket], *, keep_fee: bool) -> Decimal:
    """Return the amount that cancelling these tickets refunds."""
    return sum((ticket.price - (ticket.fee if keep_fee else 0) for ticket in tickets), Decimal(0))


def refundable_order_fee(order: Order, tickets: Collection[Ticket], *, keep: bool) -> Decimal:
    """Return the fee per order if cancelling these tickets refunds it, else zero.

    It is refunded once, with the last valid tickets of the order, unless it is kept.
    """
    is_whole = len(tickets) == order.quantity
    if keep or not is_whole or order.order_fee_refunded_at is not None:
        return Decimal(0)
    return order.order_fee


def refund_key(ticket_ids: Iterable[int]) -> str:
    """Return the key of the refund for tickets cancelled together; each is cancelled once."""
    return shorten_key("cancel:" + "-".join(str(pk) for pk in sorted(ticket_ids)))


def refund_key_of_moved(ticket_ids: Iterable[int], paid_order: Order) -> str:
    """Return the key of the share of that refund which another order's payment refunds."""
    return f"{refund_key(ticket_ids)}+{paid_order.reference}"


def checked_in_tickets(order: Order) -> set[int]:
    """Return the ids of the order's tickets that are checked in, according to the log.

    Reliable while the order's hold is locked, which checking in locks as well.
    """
    inside: set[int] = set()
    kinds = [LedgerEntry.Kind.CHECK_IN, LedgerEntry.Kind.TRANSFER]
    entries = LedgerEntry.objects.filter(order=order.reference, kind__in=kinds)
    for check_in in entries.order_by("pk"):
        if check_in.kind == LedgerEntry.Kind.TRANSFER:  # From another order, where they were.
            inside.update(check_in.detail["checked_in"])
            continue
        update = inside.discard if check_in.detail.get("undone") else inside.add
        update(check_in.detail["ticket"])
    return inside


def _cancel(
    order: Order,
    tickets: Sequence[Ticket],
    now: datetime,
    actor: str,
    reason: str,
    order_fee: Decimal,
) -> None:
    """Cancel the tickets, and the `order_fee` with them if it is not zero."""
    places = locks.lock_places([ticket.place_id for ticket in tickets])
    Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets]).update(
        status=Ticket.Status.CANCELLED, cancelled_at=now
    )
    Place.objects.filter(pk__in=[place.pk for place in places]).make_available()
    # A payment for a pending change that still arrives is refunded: its tickets may be gone.
    order.changes.pending().update(status=TicketChange.Status.DROPPED)
    order.quantity -= len(tickets)
    if order.quantity == 0:
        order.status = Order.Status.CANCELLED
        order.cancelled_at = now
    if order_fee:
        order.order_fee_refunded_at = now
    order.save(update_fields=["quantity", "status", "cancelled_at", "order_fee_refunded_at"])
    record_all(
        entry(
            LedgerEntry.Kind.CANCEL,
            performance_id=order.performance_id,
            actor=actor,
            order=order.reference,
            places=[place.pk for place in places],
            amount=-sum((ticket.price for ticket in tickets), order_fee),
            currency=order.currency,
            detail={
                "tickets": [ticket.pk for ticket in tickets],
                "lines": [line_of_ticket(ticket) for ticket in tickets],
                **({"order_fee": f"{order_fee:.2f}"} if order_fee else {}),
                **({"reason": reason} if reason else {}),
            },
        )
    )


def _lock_with_paid_orders(order: Order) -> dict[int, Order]:
    """Lock the hold of the order and of those that its tickets were paid with; return the latter.

    Tickets that are moved here meanwhile are not cancelled, since they are not known yet.
    """
    moved = Ticket.objects.valid().filter(order=order, paid_with__isnull=False)
    paid = Order.objects.in_bulk(set(moved.values_list("paid_with", flat=True)))
    for pk in sorted({order.hold_id, *(one.hold_id for one in paid.values())}):
        locks.lock_hold(pk=pk)
    return paid


def _refund(
    order: Order,
    tickets: Sequence[Ticket],
    actor: str,
    keep_fee: bool,
    order_fee: Decimal,
    paid_orders: dict[int, Order],
) -> None:
    """Request the refund from the payments with which the tickets were paid."""
    ids = [ticket.pk for ticket in tickets]
    shares: dict[int, Decimal] = {order.pk: order_fee}
    for ticket in tickets:
        paid_with = ticket.paid_with_id or order.pk
        amount = refundable([ticket], keep_fee=keep_fee)
        shares[paid_with] = shares.get(paid_with, Decimal(0)) + amount
    for pk, amount in sorted(shares.items(), key=lambda share: share[0] != order.pk):
        paid_order = paid_orders.get(pk, order)
        refund_order(
            order=paid_order,
            # `refund_order` sends less if staff have refunded a part of it before.
            amount=amount,
            key=refund_key(ids) if paid_order is order else refund_key_of_moved(ids, paid_order),
            reason=_("Tickets cancelled."),
            actor=actor,
        )
