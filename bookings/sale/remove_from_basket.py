"""Taking one place out of a basket, and what cannot stay without it."""

from shows.terms import terms_of
from venues.drawing import drawing_of

from ..models import Place
from .holds import release_places


def remove_place(*, hold, place_id, actor):
    """Give one place of the hold back; return the labels of those that went with it.

    The seat of a companion goes with its wheelchair space, as the two are sold together, unless
    these are released to everybody. Repeating it does no harm. Locks as `release_places`.
    """
    held = Place.objects.held_by(hold).filter(seat__isnull=False)
    seats = dict(held.values_list("seat_id", "pk"))
    companions = _companions_of(hold, place_id, seats)
    leaving = [place_id, *(seats[seat.id] for seat in companions)]
    release_places(hold=hold, place_ids=leaving, actor=actor)
    return [seat.label for seat in companions]


def _companions_of(hold, place_id, seats):
    """The drawn seats in the hold that belong to the wheelchair space at this place."""
    terms = terms_of(hold.performance_id)
    if terms.accessible_released:
        return []
    drawing = drawing_of(terms.plan_id)
    leaving = {seat for seat, place in seats.items() if place == place_id}
    drawn = (drawing.seats[seat] for seat in seats)
    return [seat for seat in drawn if seat.companion_of in leaving]
