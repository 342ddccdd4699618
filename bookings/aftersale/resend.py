"""Send tickets again, or reissue them with new codes."""

from collections.abc import Iterable

from django.db import transaction

from core.email_addresses import lookup_email
from emails.models import OutboxEmail
from emails.outbox import enqueue_again

from ..exceptions import NoValidTickets
from ..ledger.recording import record
from ..models import LedgerEntry, Order, Ticket, new_secret
from ..order_emails import enqueue_order_email
from ..sale import locks

# Customers with more upcoming orders than this are agencies, which keep their own records.
MOST_ORDERS = 20


def send_confirmation_again(*, order: Order) -> OutboxEmail:
    """Enqueue the order's confirmation again, rendered anew, and return the e-mail.

    Raises `NoValidTickets` for an order without valid tickets, or without an address.
    """
    if not order.email or not order.tickets.valid().exists():
        raise NoValidTickets
    key = f"confirmation:{order.reference}"
    first = OutboxEmail.objects.filter(key=key).first()
    if first is not None:
        # Its address may have been corrected since.
        return enqueue_again(first, to=order.email, language=order.language)
    with transaction.atomic():
        enqueue_order_email(order, "order_confirmation", key=key)
    return OutboxEmail.objects.get(key=key)


def send_all_again(*, email: str) -> int:
    """Enqueue the confirmations of all upcoming orders of this address; return how many.

    The caller must not show the number: only the mailbox may reveal whether there are bookings.
    """
    orders = Order.objects.paid().upcoming().of_customer(email=lookup_email(email))
    found = list(orders[:MOST_ORDERS])
    for order in found:
        send_confirmation_again(order=order)
    return len(found)


def reissue_tickets(
    *, order: Order, actor: str, ticket_ids: Iterable[int] | None = None, reason: str = ""
) -> list[Ticket]:
    """Give valid tickets of the order (all by default) new codes, and return those tickets.

    Scanning an old code then says that the ticket was reissued. The customer gets the confirmation
    again with the new codes. Locks the hold. Raises `NoValidTickets`.
    """
    with transaction.atomic(durable=True):
        locks.lock_hold(pk=order.hold_id)
        valid = Ticket.objects.valid().filter(order=order).order_by("pk")
        if ticket_ids is not None:
            valid = valid.filter(pk__in=ticket_ids)
        tickets = list(valid)
        if not tickets:
            raise NoValidTickets
        for ticket in tickets:
            ticket.version += 1
            ticket.secret = new_secret()
        Ticket.objects.bulk_update(tickets, ["version", "secret"])
        record(
            LedgerEntry.Kind.REISSUE,
            performance_id=order.performance_id,
            actor=actor,
            order=order.reference,
            places=[ticket.place_id for ticket in tickets],
            detail={
                "tickets": [ticket.pk for ticket in tickets],
                **({"reason": reason} if reason else {}),
            },
        )
    if order.email:
        send_confirmation_again(order=Order.objects.get(pk=order.pk))
    return tickets
