"""Hold the places of a lapsed basket again, if they are still available."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from shows.terms import terms_of
from venues.drawing import drawing_of
from venues.models import Section

from ..exceptions import PlacesUnavailable
from ..models import Hold, LedgerEntry, Place
from .concessions import choose_concessions
from .customers import Customer
from .holds import HoldResult, hold_seats, hold_standing
from .quotes import place_label


@dataclass(frozen=True)
class LapsedPlaces:
    """The places that a hold had when it ended, and the labels of those available or not."""

    places: list[Place]
    available: list[str]
    unavailable: list[str]

    @property
    def seat_ids(self) -> list[int]:
        return [place.seat_id for place in self.places if place.seat_id]


def lapsed_places(hold: Hold) -> LapsedPlaces:
    """Return the places that the hold had when it ended, by the log, and which are available now.

    Standing places are interchangeable, so any available ones of the section count. Two or three
    queries.
    """
    ids = _ids_at_the_end(hold)
    places = list(Place.objects.filter(pk__in=ids).order_by("pk"))
    available = set(_still_available(hold, places))
    drawing = drawing_of(terms_of(hold.performance_id).plan_id)
    return LapsedPlaces(
        places=places,
        available=[place_label(place, drawing) for place in places if place.pk in available],
        unavailable=[place_label(place, drawing) for place in places if place.pk not in available],
    )


def restore_hold(*, hold: Hold, customer: Customer) -> HoldResult:
    """Hold those of the lapsed hold's places again that are still available.

    Places keep their concessions. Raises what `hold_seats` raises; `PlacesUnavailable` if none is
    available.
    """
    places = list(Place.objects.filter(pk__in=_ids_at_the_end(hold)).order_by("pk"))
    seats = [place.seat_id for place in places if place.seat_id]
    standing = Counter(place.section_id for place in places if not place.seat_id)
    held: Hold | None = None
    taken: list[Place] = []
    unavailable: list[str] = []
    try:
        if seats:
            result = hold_seats(
                performance_id=hold.performance_id, seat_ids=seats, customer=customer
            )
            held, taken, unavailable = result.hold, result.taken, result.unavailable
    except PlacesUnavailable as refusal:
        unavailable = refusal.unavailable
    for section_id, quantity in standing.items():
        try:
            result = hold_standing(
                performance_id=hold.performance_id,
                section_id=section_id,
                quantity=quantity,
                customer=customer,
            )
            held, taken = result.hold, [*taken, *result.taken]
        except PlacesUnavailable:
            unavailable = [*unavailable, _section_name(hold, section_id)]
    if held is None:
        raise PlacesUnavailable(unavailable)
    chosen = {int(place): concession for place, concession in hold.concessions.items()}
    if chosen:
        choose_concessions(hold=held, chosen=chosen)
    return HoldResult(held, taken, unavailable)


def _ids_at_the_end(hold: Hold) -> list[int]:
    """Return the places that the hold had when it ended, from the transaction log."""
    lines = LedgerEntry.objects.filter(
        hold=hold.pk, order="", kind__in=[LedgerEntry.Kind.HOLD, LedgerEntry.Kind.RELEASE]
    ).order_by("pk")
    ids: dict[int, bool] = {}
    for kind, places in lines.values_list("kind", "places"):
        for place in places:
            if kind == LedgerEntry.Kind.HOLD:
                ids[place] = True
            else:
                ids.pop(place, None)
    return list(ids)


def _still_available(hold: Hold, places: list[Place]) -> Iterator[int]:
    open_places = Place.objects.filter(performance_id=hold.performance_id).open_at()
    seats = [place.pk for place in places if place.seat_id]
    yield from open_places.filter(pk__in=seats).values_list("pk", flat=True)
    standing = [place for place in places if not place.seat_id]
    for section_id in {place.section_id for place in standing}:
        own_places = [place.pk for place in standing if place.section_id == section_id]
        found = open_places.standing().filter(section_id=section_id)[: len(own_places)]
        yield from own_places[: len(found)]


def _section_name(hold: Hold, section_id: int) -> str:
    drawing = drawing_of(terms_of(hold.performance_id).plan_id)
    section = drawing.by_section_id.get(section_id)
    return section.name if section else Section.objects.get(pk=section_id).name
