"""Moving people who have tickets already to other places of the same performance."""

from decimal import Decimal

from django.db import transaction

from emails.outbox import enqueue_email
from shows.models import PriceCategory
from venues.drawing import drawing_of

from ..exceptions import NothingToSend, PlacesGone
from ..ledger.recording import record
from ..models import LedgerEntry, Order, Place, Ticket, new_secret
from ..sale import locks
from ..sale.quotes import place_label
from .blocking import leave_allocations


def move_tickets(*, order, moves, actor, reason):
    """Give tickets of the order other places: `moves` maps ticket ids to place ids.

    What was paid stays as it is; the difference to the price of the new places is noted in the log.
    The tickets get new codes, and the customer new papers; the old codes open nothing. A place may
    be one that the house has blocked, or one that another ticket of the order leaves by the same
    move. Tickets that have their new place already are passed over, so repeating the call does no
    harm. Locks the hold, then all places, old and new, in one statement. Raises `PlacesGone` (and
    moves nothing) if a place is not to be had, `NothingToSend` if no such ticket is valid.
    """
    with transaction.atomic(durable=True):
        locks.lock_hold(pk=order.hold_id)
        order = Order.objects.select_related("performance").get(pk=order.pk)
        tickets = list(Ticket.objects.valid().filter(order=order, pk__in=moves).order_by("pk"))
        if not tickets:
            raise NothingToSend
        moving = [ticket for ticket in tickets if ticket.place_id != moves[ticket.pk]]
        if moving:
            _move(order, moving, moves, actor, reason)
    return order


def difference(ticket, place):
    """What the new place costs more, at its full price, than was paid (less: below zero)."""
    return place.price_category.price - ticket.price


def _move(order, tickets, moves, actor, reason):
    leaving = {ticket.place_id for ticket in tickets}
    wanted = [moves[ticket.pk] for ticket in tickets]
    places = {place.pk: place for place in locks.lock_places({*leaving, *wanted})}
    _check(order, wanted, leaving, places)
    before = [ticket.place_id for ticket in tickets]
    categories = PriceCategory.objects.in_bulk({p.price_category_id for p in places.values()})
    drawing = drawing_of(order.performance.plan_id)
    more = Decimal(0)
    for ticket in tickets:
        place = places[moves[ticket.pk]]
        place.price_category = categories[place.price_category_id]
        more += difference(ticket, place)
        ticket.place, ticket.label = place, place_label(place, drawing)
        ticket.category = place.price_category.name
        ticket.version += 1
        ticket.secret = new_secret()
    _write(leaving, wanted, tickets)
    entry = record(
        LedgerEntry.Kind.MOVE,
        performance_id=order.performance_id,
        actor=actor,
        order=order.reference,
        places=wanted,
        currency=order.currency,
        detail={
            "reason": reason,
            "from": before,
            "tickets": [ticket.pk for ticket in tickets],
            "difference": f"{more:.2f}",
        },
    )
    enqueue_email(
        kind="tickets_moved",
        key=f"moved:{order.reference}:{entry.pk}",
        to=order.email,
        user=order.user,
        language=order.language,
        about={"order": order.reference, "tickets": [ticket.pk for ticket in tickets]},
    )


def _check(order, wanted, leaving, places):
    now = locks.database_now()
    drawing = drawing_of(order.performance.plan_id)
    gone = []
    for pk in wanted:
        place = places.get(pk)
        if place is None or place.performance_id != order.performance_id:
            raise PlacesGone
        is_free = place.is_open(now) or place.state == Place.State.BLOCKED or pk in leaving
        if not is_free or wanted.count(pk) > 1:
            gone.append(place_label(place, drawing))
    if gone:
        raise PlacesGone(dict.fromkeys(gone))


def _write(leaving, wanted, tickets):
    leave_allocations(wanted)
    freed = leaving - set(wanted)
    Place.objects.filter(pk__in=freed).make_available()
    Place.objects.filter(pk__in=wanted).update(state=Place.State.SOLD, hold=None, held_until=None)
    # Those who change places among themselves meet on one place for a moment, which the database
    # does not let pass. So each steps aside first, and comes back valid.
    Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets]).update(
        status=Ticket.Status.CANCELLED, cancelled_at=locks.database_now()
    )
    fields = ["place", "label", "category", "version", "secret", "status", "cancelled_at"]
    for ticket in tickets:
        ticket.status, ticket.cancelled_at = Ticket.Status.VALID, None
    Ticket.objects.bulk_update(tickets, fields)
