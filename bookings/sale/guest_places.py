"""Seats of a guest hold while staff sell them.

They are blocked until then. While a clerk sells one it is held, and still belongs to its guest
hold: if the sale ends without an order, it is blocked again and nobody else can take it meanwhile.
So it is held for the longest time that any basket can last, not only until its basket expires.
"""

from collections.abc import Collection, Iterable

from django.db import transaction

from organisation.current import current_organisation
from shows.terms import terms_of
from venues.drawing import drawing_of

from ..exceptions import NothingSelected, PlacesUnavailable
from ..models import HARD_CAP, AllocatedPlace, Hold, Place
from . import locks
from .customers import StaffCustomer
from .quotes import place_label
from .writes import write_hold


def hold_guest_places(
    *, performance_id: int, place_ids: Collection[int], customer: StaffCustomer
) -> Hold:
    """Hold seats of guest holds for a sale by staff, all or none, and return the new hold.

    Repeating it returns the same hold. Locks the customer, then the places. Raises
    `PlacesUnavailable` if one of them is not in a guest hold (any more), or is being sold.
    """
    if not place_ids:
        raise NothingSelected
    with transaction.atomic(durable=True):
        now = locks.lock_customer(customer)
        known = Hold.objects.filter(performance=performance_id, visitor=customer.visitor).first()
        if known is not None:
            return known
        places = [p for p in locks.lock_places(place_ids) if p.performance_id == performance_id]
        _check(performance_id, places, place_ids)
        hold = Hold(
            performance_id=performance_id,
            visitor=customer.visitor,
            channel=customer.channel,
            expires_at=now + current_organisation().hold_time,
        )
        write_hold(hold, places, actor=customer.actor)
        hold.refresh_from_db()
        held = Place.objects.filter(pk__in=[place.pk for place in places])
        held.update(held_until=hold.created_at + HARD_CAP)
    return hold


def block_guest_places(place_ids: Iterable[int]) -> int:
    """Block released places that belong to a guest hold; return how many.

    The caller has locked them. Places of a guest hold that was released meanwhile stay on sale.
    """
    return Place.objects.filter(
        pk__in=place_ids, allocated__allocation__released_at=None, allocated__isnull=False
    ).block()


def return_lapsed_places(holds: Iterable[Hold]) -> list[Place]:
    """Return the seats of guest holds that these lapsed, locked holds still have; return them."""
    returned: list[Place] = []
    for hold in holds:
        if hold.is_by_counter_staff:
            places = locks.lock_places_of_hold(hold)
            ids = [place.pk for place in places]
            Place.objects.filter(pk__in=ids).make_available()
            block_guest_places(ids)
            returned += places
    return returned


def remove_from_guest_holds(place_ids: Iterable[int]) -> None:
    """Remove places that are sold or reserved from their guest holds. The caller locked them."""
    AllocatedPlace.objects.filter(place__in=list(place_ids)).delete()


def _check(performance_id: int, places: list[Place], place_ids: Collection[int]) -> None:
    ids = [place.pk for place in places]
    current = AllocatedPlace.objects.filter(place__in=ids, allocation__released_at=None)
    guests = set(current.values_list("place", flat=True))
    gone = [p for p in places if p.state != Place.State.BLOCKED or p.pk not in guests]
    if gone or len(places) != len(set(place_ids)):
        drawing = drawing_of(terms_of(performance_id).plan_id)
        raise PlacesUnavailable([place_label(place, drawing) for place in gone])
