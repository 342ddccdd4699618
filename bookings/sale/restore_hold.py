"""A second chance: the places of a basket that lapsed, taken again if they are still free."""

from collections import Counter
from dataclasses import dataclass

from shows.terms import terms_of
from venues.drawing import drawing_of

from ..exceptions import PlacesUnavailable
from ..models import LedgerEntry, Place
from .concessions import choose_concessions
from .holds import Held, hold_seats, hold_standing
from .quotes import place_label


@dataclass(frozen=True)
class Lost:
    """What a hold had when it ended: each place with whether it is still free."""

    places: list
    free: list
    gone: list  # Labels.

    @property
    def seat_ids(self):
        return [place.seat_id for place in self.places if place.seat_id]


def unavailable_places(hold):
    """Return what the hold had when it ended, from the log, and what of it is free now.

    Standing places are alike, so any free ones of the section count. Two or three queries.
    """
    ids = _ids_at_the_end(hold)
    places = list(Place.objects.filter(pk__in=ids).order_by("pk"))
    free = set(_still_free(hold, places))
    drawing = drawing_of(terms_of(hold.performance_id).plan_id)
    return Lost(
        places=places,
        free=[place_label(place, drawing) for place in places if place.pk in free],
        gone=[place_label(place, drawing) for place in places if place.pk not in free],
    )


def restore_hold(*, hold, customer):
    """Hold again what the lapsed hold had, as far as it can be had; return `Held`.

    Seats keep their concessions. Refuses as `hold_seats` does; raises `PlacesUnavailable` when
    nothing could be had.
    """
    places = list(Place.objects.filter(pk__in=_ids_at_the_end(hold)).order_by("pk"))
    seats = [place.seat_id for place in places if place.seat_id]
    standing = Counter(place.section_id for place in places if not place.seat_id)
    held = _hold_seats(hold, seats, customer) if seats else None
    for section_id, quantity in standing.items():
        held = _hold_standing(hold, section_id, quantity, customer, held)
    if held is None or held.hold is None:
        raise PlacesUnavailable(held.gone if held else ())
    chosen = {int(place): concession for place, concession in hold.concessions.items()}
    if chosen:
        choose_concessions(hold=held.hold, chosen=chosen)
    return held


def _ids_at_the_end(hold):
    """The log says what joined the hold and what left it."""
    lines = LedgerEntry.objects.filter(
        hold=hold.pk, order="", kind__in=[LedgerEntry.Kind.HOLD, LedgerEntry.Kind.RELEASE]
    ).order_by("pk")
    ids = {}
    for kind, places in lines.values_list("kind", "places"):
        for place in places:
            if kind == LedgerEntry.Kind.HOLD:
                ids[place] = True
            else:
                ids.pop(place, None)
    return list(ids)


def _still_free(hold, places):
    open_places = Place.objects.filter(performance_id=hold.performance_id).open_at()
    seats = [place.pk for place in places if place.seat_id]
    yield from open_places.filter(pk__in=seats).values_list("pk", flat=True)
    standing = [place for place in places if not place.seat_id]
    for section_id in {place.section_id for place in standing}:
        mine = [place.pk for place in standing if place.section_id == section_id]
        found = open_places.standing().filter(section_id=section_id)[: len(mine)]
        yield from mine[: len(found)]


def _hold_seats(hold, seats, customer):
    try:
        return hold_seats(performance_id=hold.performance_id, seat_ids=seats, customer=customer)
    except PlacesUnavailable as refusal:
        return Held(None, [], refusal.gone)


def _hold_standing(hold, section_id, quantity, customer, held):
    held = held or Held(None, [], [])
    try:
        more = hold_standing(
            performance_id=hold.performance_id,
            section_id=section_id,
            quantity=quantity,
            customer=customer,
        )
    except PlacesUnavailable:
        section = drawing_of(terms_of(hold.performance_id).plan_id).by_section_id[section_id]
        return Held(held.hold, held.taken, [*held.gone, section.name])
    return Held(more.hold, [*held.taken, *more.taken], held.gone)
