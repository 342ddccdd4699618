"""Move tickets to other places of the same performance."""

from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction
from django.utils import translation

from core.database.locks import database_now
from shows.models import PriceCategory
from venues.drawing import drawing_of

from ..exceptions import NoValidTickets, PlacesUnavailable
from ..ledger.recording import record
from ..models import LedgerEntry, Order, Place, Ticket, new_secret
from ..order_emails import enqueue_order_email
from ..sale import locks
from ..sale.quotes import place_label
from .blocking import remove_from_allocations


def move_tickets(*, order: Order, moves: Mapping[int, int], actor: str, reason: str) -> Order:
    """Move tickets of the order: `moves` maps ticket ids to place ids. Return the order.

    The price paid does not change; the difference to the new places' prices is logged. Moved
    tickets get new codes, which are e-mailed to the customer; the old codes become invalid. A place
    can be blocked, or left by another ticket in the same move. Tickets that have their place
    already are skipped, so the call can be repeated. Locks the hold, then all places, old and new,
    in one statement. Raises `PlacesUnavailable` (and moves nothing) if a place is not available,
    `NoValidTickets` if none of the tickets is valid.
    """
    with transaction.atomic(durable=True):
        locks.lock_hold(pk=order.hold_id)
        order = Order.objects.select_related("performance").get(pk=order.pk)
        tickets = list(Ticket.objects.valid().filter(order=order, pk__in=moves).order_by("pk"))
        if not tickets:
            raise NoValidTickets
        moving = [ticket for ticket in tickets if ticket.place_id != moves[ticket.pk]]
        if moving:
            _move(order, moving, moves, actor, reason)
    return order


def difference(ticket: Ticket, place: Place) -> Decimal:
    """Return the full price of the new place less the price that was paid."""
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
        ticket.place = place
        with translation.override(order.language):
            ticket.label = place_label(place, drawing)
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
            "categories": [ticket.category for ticket in tickets],
            "difference": f"{more:.2f}",
        },
    )
    enqueue_order_email(
        order,
        "tickets_moved",
        key=f"moved:{order.reference}:{entry.pk}",
        tickets=[ticket.pk for ticket in tickets],
    )


def _check(order, wanted, leaving, places):
    now = database_now()
    drawing = drawing_of(order.performance.plan_id)
    gone = []
    for pk in wanted:
        place = places.get(pk)
        if place is None or place.performance_id != order.performance_id:
            raise PlacesUnavailable
        is_free = place.is_open(now) or place.state == Place.State.BLOCKED or pk in leaving
        if not is_free or wanted.count(pk) > 1:
            gone.append(place_label(place, drawing))
    if gone:
        raise PlacesUnavailable(dict.fromkeys(gone))


def _write(leaving, wanted, tickets):
    remove_from_allocations(wanted)
    freed = leaving - set(wanted)
    Place.objects.filter(pk__in=freed).make_available()
    Place.objects.filter(pk__in=wanted).update(state=Place.State.SOLD, hold=None, held_until=None)
    # Tickets that swap places would briefly share a place, which a constraint forbids. So they are
    # cancelled first, and made valid again with their new places.
    Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets]).update(
        status=Ticket.Status.CANCELLED, cancelled_at=database_now()
    )
    fields = ["place", "label", "category", "version", "secret", "status", "cancelled_at"]
    for ticket in tickets:
        ticket.status, ticket.cancelled_at = Ticket.Status.VALID, None
    Ticket.objects.bulk_update(tickets, fields)
