"""The seat map for staff: every seat of the shown sections, with its holder."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from math import hypot
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from shows.models import Performance
from venues.drawing import DrawnSeat, drawing_of, row_sign

from ..models import AllocatedPlace, Order, Place, Ticket
from .overview import is_small
from .seat_layout import ACCESSIBLE_KINDS


@dataclass(frozen=True)
class MapSeat:
    """A seat on the map: its position in per cent of the map, its state and its holder."""

    place: int
    label: str
    number: str
    state: str
    state_label: str  # The label of the state.
    holder: str
    order: int | None  # The primary key of the order.
    row: str  # The name of its row, with the section: "Stalls, row F".
    is_for_sale: bool  # By staff: available, or in a guest hold.
    left: float
    top: float
    is_accessible: bool


@dataclass(frozen=True)
class RowName:
    """The name of a row, left of its first seat; the position is in per cent of the map."""

    name: str
    left: float
    top: float


@dataclass(frozen=True)
class StaffSeatMap:
    """The shown sections, drawn into a box of `width` times `height` seats."""

    sections: list[tuple[str, str, bool]]  # All seated ones: slug, name, whether it is shown.
    seats: list[MapSeat]
    row_names: list[RowName]
    standing: list[tuple[Any, ...]]
    width: float
    height: float
    size: float  # Of a seat, in per cent of the map's width.

    @property
    def unavailable(self) -> list[MapSeat]:
        """Return the seats that are not available, in the order of the plan."""
        return [seat for seat in self.seats if seat.state != Place.State.AVAILABLE]


def staff_map(
    performance: Performance, slug: str = "", *, moving: Order | None = None
) -> StaffSeatMap:
    """Return the StaffSeatMap of a performance: all of a small plan, one section of a large one.

    With `moving`, seats can be chosen to which tickets of this order can be moved.

    Five queries, whatever the number of seats.
    """
    drawing = drawing_of(performance.plan_id)
    seated = [section for section in drawing.sections if not section.is_standing]
    current = next((section for section in seated if section.slug == slug), None)
    if current is None and seated and not is_small(performance.plan_id):
        current = seated[0]
    shown = [current] if current else seated
    places = Place.objects.filter(
        performance=performance, section__in=[section.id for section in shown]
    ).order_by("pk")
    seats = [(place, drawing.seats[place.seat_id]) for place in places if place.seat_id]
    box = _box([seat for _place, seat in seats])
    people = _people(performance, [place.pk for place, _seat in seats])
    now = timezone.now()
    return StaffSeatMap(
        sections=[(one.slug, one.name, one in shown) for one in seated],
        seats=[
            _map_seat(place, seat, people.get(place.pk), box, now, moving) for place, seat in seats
        ],
        row_names=list(_row_names([seat for _place, seat in seats], box)),
        standing=_standing(performance),
        width=box.width / box.pitch,
        height=box.height / box.pitch,
        size=100 * box.pitch / box.width * 0.86,
    )


@dataclass(frozen=True)
class _Box:
    left: float
    top: float
    width: float
    height: float
    pitch: float


def _box(seats: list[DrawnSeat]) -> _Box:
    if not seats:
        return _Box(0, 0, 1, 1, 1)
    xs, ys = [seat.x for seat in seats], [seat.y for seat in seats]
    pitch = _pitch(seats)
    width = max(xs) - min(xs) + 2 * pitch
    height = max(ys) - min(ys) + 2 * pitch
    return _Box(min(xs) - pitch, min(ys) - pitch, width, height, pitch)


def _pitch(seats: list[DrawnSeat]) -> float:
    """Return the usual distance of neighbours in a row."""
    steps = sorted(
        ((one.x - other.x) ** 2 + (one.y - other.y) ** 2) ** 0.5
        for one, other in zip(seats, seats[1:], strict=False)
        if one.row == other.row and one.section_id == other.section_id
    )
    return max(steps[len(steps) // 2] if steps else 25, 1)


def _row_names(seats: list[DrawnSeat], box: _Box) -> Iterator[RowName]:
    rows: dict[tuple[int, str], list[DrawnSeat]] = {}
    for seat in seats:
        rows.setdefault((seat.section_id, seat.row), []).append(seat)
    for (_section, name), members in rows.items():
        first, *others = sorted(members, key=lambda seat: seat.x)[:2]
        # Along the row, which may be curved.
        along = (others[0].x - first.x, others[0].y - first.y) if others else (1, 0)
        step = box.pitch / (hypot(*along) or 1)
        yield RowName(
            name=row_sign(name),
            left=round(100 * (first.x - step * along[0] - box.left) / box.width, 3),
            top=round(100 * (first.y - step * along[1] - box.top) / box.height, 3),
        )


def _people(performance: Performance, place_ids: list[int]) -> dict[int, tuple[str, int | None]]:
    """Map places to (name, the order's id): ticket holders, and names of guest holds."""
    held = AllocatedPlace.objects.filter(place__in=place_ids)
    people: dict[int, tuple[str, int | None]] = {
        place: (name, None) for place, name in held.values_list("place", "allocation__name")
    }
    tickets = Ticket.objects.valid().filter(performance=performance, place__in=place_ids)
    rows = tickets.values_list("place", "holder", "order__name", "order__reference", "order")
    for place, holder, name, reference, order in rows:
        people[place] = (f"{holder or name} · {reference}", order)
    return people


def _map_seat(
    place: Place,
    seat: DrawnSeat,
    person: tuple[str, int | None] | None,
    box: _Box,
    now: datetime,
    moving: Order | None = None,
) -> MapSeat:
    state = Place.State.AVAILABLE if place.is_open(now) else Place.State(place.state)
    holder, order = person or ("", None)
    may_choose = state == Place.State.BLOCKED and (person is not None or moving is not None)
    if moving is not None and order == moving.pk:
        may_choose = True
    return MapSeat(
        place=place.pk,
        label=str(seat.label),
        number=seat.number,
        state=state.value,
        state_label=str(_("available") if state == Place.State.AVAILABLE else state.label),
        holder=holder,
        order=order,
        row=_("%(section)s, row %(row)s") % {"section": seat.section_name, "row": seat.row},
        is_for_sale=state == Place.State.AVAILABLE or may_choose,
        left=round(100 * (seat.x - box.left) / box.width, 3),
        top=round(100 * (seat.y - box.top) / box.height, 3),
        is_accessible=seat.kind in ACCESSIBLE_KINDS,
    )


def _standing(performance: Performance) -> list[tuple[Any, ...]]:
    """Return (section id, name, free, held, sold, blocked) of each standing section."""
    places = Place.objects.standing().filter(performance=performance)
    return list(places.order_by("section__ordinal").counted_by("section", "section__name"))
