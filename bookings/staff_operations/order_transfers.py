"""Merge two orders of a performance, and split tickets off into an order of another customer.

Only tickets are moved. Payments, refunds and issued documents stay with the order that was paid,
which each moved ticket names (`Ticket.paid_with`): if it is cancelled, that payment is refunded.
See `docs/decisions/0402-tickets-move-between-orders.md`.
"""

from collections.abc import Collection, Iterable
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from core.database.locks import database_now
from core.email_addresses import lookup_email

from ..aftersale.cancellation import checked_in_tickets
from ..aftersale.resend import send_confirmation_again
from ..exceptions import InvalidRequest, NoValidTickets
from ..ledger.recording import entry, record_all
from ..ledger.sold_lines import line_of_ticket
from ..models import Hold, LedgerEntry, Order, Ticket, TicketChange, new_secret
from ..order_emails import enqueue_order_email
from ..sale import locks


def merge_orders(*, source: Order, target: Order, actor: str, reason: str) -> Order:
    """Move all valid tickets of `source` to `target`, and return the target.

    The source keeps its payments and points to the target (`merged_into`). The tickets keep their
    codes, holders and prices. Both have to be paid orders of one performance, not of the same
    customer. Repeatable. The target's customer gets the confirmation. Locks both holds, in
    primary-key order. Raises `InvalidRequest`, `NoValidTickets`.
    """
    with transaction.atomic(durable=True):
        source, target = _lock(source, target)
        if source.merged_into_id == target.pk:
            return target
        _check(source, target)
        tickets = _valid(source)
        _move(tickets, source, target, actor, reason)
        source.merged_into = target
        source.save(update_fields=["merged_into"])
    _send(target)
    return target


def split_order(
    *,
    order: Order,
    ticket_ids: Collection[int],
    name: str,
    email: str,
    actor: str,
    reason: str,
    request_key: str,
) -> Order:
    """Move some tickets of the order to a new order of another customer, and return the new one.

    The tickets get new codes and the new customer as their holder; both customers get a
    confirmation. The new order costs nothing: what was paid stays with the first one. The same
    `request_key` splits once. Locks the hold. Raises `NoValidTickets` if none of the tickets is
    valid, `InvalidRequest` if none would be left.
    """
    token = f"split-{request_key}"[:32]
    with transaction.atomic(durable=True):
        locks.lock_hold(pk=order.hold_id)
        order = Order.objects.get(pk=order.pk)
        known = Order.objects.filter(hold__token=token).first()
        if known is not None:
            return known
        valid = _valid(order)
        tickets = [ticket for ticket in valid if ticket.pk in ticket_ids]
        if not tickets:
            raise NoValidTickets
        if len(tickets) == len(valid):
            raise InvalidRequest([_("Leave at least one ticket, or correct the contact details.")])
        new = _new_order(order, token, name, email, actor)
        for ticket in tickets:
            ticket.version += 1
            ticket.secret = new_secret()
            ticket.holder = new.name
        _move(tickets, order, new, actor, reason)
        enqueue_order_email(new, "order_confirmation", key=f"confirmation:{new.reference}")
    _send(order)
    return new


def _lock(source: Order, target: Order) -> tuple[Order, Order]:
    for pk in sorted({source.hold_id, target.hold_id}):
        locks.lock_hold(pk=pk)
    found = Order.objects.in_bulk([source.pk, target.pk])
    return found[source.pk], found[target.pk]


def _check(source: Order, target: Order) -> None:
    paid = {source.status, target.status} == {Order.Status.PAID}
    if source.pk == target.pk or not paid or not target.quantity:
        raise InvalidRequest([_("Choose another paid order with valid tickets.")])
    if source.performance_id != target.performance_id:
        raise InvalidRequest([_("Both orders must be for the same performance.")])
    if source.is_disputed or target.is_disputed:
        raise InvalidRequest([_("An order whose payment is disputed cannot be merged.")])
    if not source.quantity:
        raise NoValidTickets


def _valid(order: Order) -> list[Ticket]:
    return list(Ticket.objects.valid().filter(order=order).order_by("pk"))


def _new_order(order: Order, token: str, name: str, email: str, actor: str) -> Order:
    now = database_now()
    hold = Hold.objects.create(
        token=token,
        performance_id=order.performance_id,
        visitor=token,
        channel=order.channel,
        status=Hold.Status.BOUGHT,
        expires_at=now,
    )
    return Order.objects.create(
        performance_id=order.performance_id,
        hold=hold,
        visitor=token,
        email=lookup_email(email),
        name=" ".join(name.split()),
        language=order.language,
        status=Order.Status.PAID,
        paid_at=now,
        currency=order.currency,
        total=Decimal(0),
        channel=order.channel,
        quantity=0,
    )


def _move(tickets: list[Ticket], source: Order, target: Order, actor: str, reason: str) -> None:
    inside = checked_in_tickets(source)
    TicketChange.objects.pending().filter(order=source).update(status=TicketChange.Status.DROPPED)
    for ticket in tickets:
        paid_with = ticket.paid_with_id or source.pk
        ticket.paid_with_id = None if paid_with == target.pk else paid_with
        ticket.order = target
    fields = ["order", "paid_with", "version", "secret", "holder"]
    Ticket.objects.bulk_update(tickets, fields)
    source.quantity -= len(tickets)
    target.quantity += len(tickets)
    for order in (source, target):
        order.save(update_fields=["quantity"])
    value = sum((ticket.price for ticket in tickets), Decimal(0))
    record_all(
        *(
            _entry(order, other, tickets, inside, sign * value, actor, reason)
            for order, other, sign in ((source, target, -1), (target, source, 1))
        )
    )


def _entry(
    order: Order,
    other: Order,
    tickets: Iterable[Ticket],
    inside: set[int],
    amount: Decimal,
    actor: str,
    reason: str,
) -> LedgerEntry:
    return entry(
        LedgerEntry.Kind.TRANSFER,
        performance_id=order.performance_id,
        actor=actor,
        order=order.reference,
        places=[ticket.place_id for ticket in tickets],
        amount=amount,
        currency=order.currency,
        detail={
            "reason": reason,
            "other_order": other.reference,
            "tickets": [ticket.pk for ticket in tickets],
            "checked_in": sorted({ticket.pk for ticket in tickets} & inside),
            "lines": [line_of_ticket(ticket) for ticket in tickets],
        },
    )


def _send(order: Order) -> None:
    if order.email and order.quantity:
        send_confirmation_again(order=order)
