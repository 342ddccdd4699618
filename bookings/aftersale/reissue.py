"""Making tickets anew, when a code has got into the wrong hands: the old one opens nothing."""

from django.db import transaction

from ..exceptions import NothingToSend
from ..ledger.recording import record
from ..models import LedgerEntry, Order, Ticket, new_secret
from ..sale import locks
from .resend import send_confirmation_again


def reissue_tickets(*, order, actor, ticket_ids=None, reason=""):
    """Give valid tickets of the order (all by default) new codes, and return those tickets.

    The old codes are told at the door that they have been replaced. The customer gets the
    confirmation once more, with the new ones. Locks the hold. Raises `NothingToSend` when none of
    the tickets is valid.
    """
    with transaction.atomic(durable=True):
        locks.lock_hold(pk=order.hold_id)
        tickets = Ticket.objects.valid().filter(order=order).order_by("pk")
        if ticket_ids is not None:
            tickets = tickets.filter(pk__in=ticket_ids)
        tickets = list(tickets)
        if not tickets:
            raise NothingToSend
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
