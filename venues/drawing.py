"""Drawings: seating plans prepared for the sale, with rows, adjacent seats and the best seats.

Plans never change, so each process builds a drawing once and caches it. Do not modify drawings.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import hypot
from statistics import fmean, median_low
from typing import Any, Protocol, TypeVar

from django.utils.translation import gettext as _

from venues.models import Seat, SeatingPlan, Section

# A gap this many times the usual distance between neighbours is an aisle.
AISLE = 1.6
# Distance to the side counts more than distance to the back.
SIDEWAYS = 0.6
# The factor for seats behind the stage.
BEHIND = 2.0
# Characters that fit between a row and what is beside it.
LONGEST_SIGN = 4
# Labels of the stage in several languages; the plan format has no other mark for it.
STAGE_LABELS = frozenset({"stage", "bühne", "buehne", "scène", "scene", "escenario", "palco"})


def seat_name(section: str, row: str, number: str, kind: str = Seat.Kind.ORDINARY) -> str:
    """Return a seat's full name in the active language: “Stalls, row F, seat 12”.

    “row” is left out before a name of several words: “Boxes, Box 3, seat 1”. Wheelchair spaces and
    companion seats are called so: “Stalls, row F, wheelchair space 12”.
    """
    row = row if " " in row else _("row %(row)s") % {"row": row} if row else ""
    if kind == Seat.Kind.WHEELCHAIR:
        seat = _("wheelchair space %(number)s")
    elif kind == Seat.Kind.COMPANION:
        seat = _("companion seat %(number)s")
    else:
        seat = _("seat %(number)s")
    return ", ".join(part for part in (section, row, seat % {"number": number}) if part)


def row_sign(name: str) -> str:
    """Return what a map shows beside a row: “F”, “2” of “Box 2”, and nothing of a long name.

    It must not cover the seats. Their own names have the whole name of the row.
    """
    *_words, last = name.split() or [""]
    sign = last if len(last) <= 2 or any(map(str.isdigit, last)) else name
    return sign if len(sign) <= LONGEST_SIGN else ""


def standing_name(section: str) -> str:
    """Return a standing place's full name in the active language: “Floor, standing”.

    A section whose own name says so is not called standing twice.
    """
    if _("standing").casefold() in section.casefold():
        return section
    return _("%(section)s, standing") % {"section": section}


@dataclass(frozen=True, slots=True)
class DrawnSeat:
    id: int
    section_id: int
    section_name: str
    row: str
    number: str
    x: float
    y: float
    kind: str
    category: str
    companion_of: int | None
    ordinal: int
    # Lower is better. Comparable within one plan only.
    goodness: float

    @property
    def label(self) -> str:
        """The seat's full name in the active language."""
        return seat_name(self.section_name, self.row, self.number, self.kind)


@dataclass(frozen=True, slots=True)
class DrawnRow:
    name: str
    # From one end of the row to the other.
    seat_ids: tuple[int, ...]
    # The same seats, split at the aisles: seats within a run are adjacent.
    runs: tuple[tuple[int, ...], ...]

    @property
    def sign(self) -> str:
        """What a map shows beside the row."""
        return row_sign(self.name)


@dataclass(frozen=True, slots=True)
class DrawnSection:
    id: int
    slug: str
    name: str
    kind: str
    # The category of a standing section; empty when seated, as seats have their own.
    category: str
    capacity: int
    # ((x, y), …) in plan coordinates; may be empty.
    outline: tuple[tuple[float, float], ...]
    ordinal: int
    rows: tuple[DrawnRow, ...]
    # In the order of the seats' ordinals.
    seat_ids: tuple[int, ...]

    @property
    def is_standing(self) -> bool:
        return self.kind == Section.Kind.STANDING


@dataclass(frozen=True)
class Drawing:
    plan_id: int
    # Without the ids, so that a copy of the plan at another venue has the same.
    content_hash: str
    width: int
    height: int
    # Areas of the plan format, in plan coordinates.
    decoration: tuple[dict[str, Any], ...]
    # ({"name": …, "color": "#rrggbb"}, …) in the order of the legend.
    categories: tuple[dict[str, str], ...]
    # In the order of their ordinals.
    sections: tuple[DrawnSection, ...]
    seats: dict[int, DrawnSeat]
    by_slug: dict[str, DrawnSection]
    by_section_id: dict[int, DrawnSection]
    # The companion seats of each wheelchair space that has any.
    companions_of: dict[int, tuple[int, ...]]

    @property
    def capacity(self) -> int:
        """The number of places, seated and standing."""
        return sum(section.capacity for section in self.sections)


class Positioned(Protocol):
    """Anything with plan coordinates."""

    @property
    def x(self) -> float: ...

    @property
    def y(self) -> float: ...


P = TypeVar("P", bound=Positioned)


@lru_cache(maxsize=64)
def drawing_of(plan_id: int) -> Drawing:
    """Return the plan's Drawing; three queries at the first call in a process, then cached.

    Raises SeatingPlan.DoesNotExist.
    """
    plan = SeatingPlan.objects.get(pk=plan_id)
    section_rows = list(Section.objects.filter(plan=plan_id).order_by("ordinal", "id"))
    names = {section.id: section.name for section in section_rows}
    seats = _draw_seats(plan, names)
    by_section: dict[int, list[DrawnSeat]] = {section_id: [] for section_id in names}
    for seat in seats:
        by_section[seat.section_id].append(seat)
    sections = tuple(_draw_section(section, by_section[section.id]) for section in section_rows)
    return Drawing(
        plan_id=plan_id,
        content_hash=plan.content_hash,
        width=plan.width,
        height=plan.height,
        decoration=tuple(plan.decoration),
        categories=tuple(plan.categories),
        sections=sections,
        seats={seat.id: seat for seat in seats},
        by_slug={section.slug: section for section in sections},
        by_section_id={section.id: section for section in sections},
        companions_of=_companions(seats),
    )


def runs_of(seats: Sequence[P], usual_pitch: float | None = None) -> list[list[P]]:
    """Split one row's seats, in row order, into runs of adjacent seats.

    The gaps between neighbours are straight distances, so that curved rows work too. In rows of
    fewer than three seats they are compared with `usual_pitch`.
    """
    if not seats:
        return []
    pitches = _pitches(seats)
    pitch = median_low(pitches) if len(pitches) > 1 else usual_pitch
    runs = [[seats[0]]]
    for seat, gap in zip(seats[1:], pitches, strict=True):
        if pitch is not None and gap > AISLE * pitch:
            runs.append([])
        runs[-1].append(seat)
    return runs


def is_stage_label(text: str) -> bool:
    """Return whether the label marks the stage, in one of the languages of `STAGE_LABELS`."""
    return text.strip().casefold() in STAGE_LABELS


def stage_focus(decoration: Iterable[dict[str, Any]]) -> tuple[float, float] | None:
    """Return the position (x, y) of the label “Stage”, or None if the plan has none.

    It may be a text of its own or the text of a shape. `decoration` is a plan's list of areas, in
    plan coordinates.
    """
    for area in decoration:
        text = area.get("text") or {}
        if is_stage_label(str(text.get("text", ""))):
            corner, offset = area.get("position") or {}, text.get("position") or {}
            return (
                float(corner.get("x", 0)) + float(offset.get("x", 0)),
                float(corner.get("y", 0)) + float(offset.get("y", 0)),
            )
    return None


def _draw_seats(plan: SeatingPlan, section_names: dict[int, str]) -> list[DrawnSeat]:
    fields = ("id", "section_id", "row", "number", "x", "y", "kind", "category")
    rows = list(
        Seat.objects.filter(plan=plan.pk)
        .order_by("section__ordinal", "section_id", "ordinal")
        .values_list(*fields, "companion_of_id", "ordinal")
    )
    goodness = _goodness_measure(plan, rows)
    return [
        DrawnSeat(
            id=id_,
            section_id=section_id,
            section_name=section_names[section_id],
            row=row,
            number=number,
            x=x,
            y=y,
            kind=kind,
            category=category,
            companion_of=companion_of,
            ordinal=ordinal,
            goodness=goodness(x, y, kind),
        )
        for id_, section_id, row, number, x, y, kind, category, companion_of, ordinal in rows
    ]


def _goodness_measure(
    plan: SeatingPlan, rows: Sequence[tuple]
) -> Callable[[float, float, str], float]:
    """Return the measure of a seat's distance from the stage and from the centre line.

    The centre line runs from the stage to the centroid of the seats, wherever the stage is.
    """
    fx, fy = stage_focus(plan.decoration) or (plan.width / 2, 0.0)
    dx = (fmean(row[4] for row in rows) if rows else fx) - fx
    dy = (fmean(row[5] for row in rows) if rows else fy + 1) - fy
    length = hypot(dx, dy)
    dx, dy = (dx / length, dy / length) if length > 1e-9 else (0.0, 1.0)
    restricted_costs = hypot(plan.width, plan.height) / 4

    def goodness(x: float, y: float, kind: str) -> float:
        vx, vy = x - fx, y - fy
        measure = hypot(vx, vy) + SIDEWAYS * abs(vx * dy - vy * dx)
        if vx * dx + vy * dy < 0:
            measure *= BEHIND
        if kind == Seat.Kind.RESTRICTED:
            measure += restricted_costs
        return measure

    return goodness


def _draw_section(section: Section, seats: Sequence[DrawnSeat]) -> DrawnSection:
    by_row: dict[str, list[DrawnSeat]] = {}
    for seat in seats:
        by_row.setdefault(seat.row, []).append(seat)
    ordered = [(name, _along_the_row(row)) for name, row in by_row.items()]
    pitches = [pitch for _name, row in ordered for pitch in _pitches(row)]
    usual_pitch = median_low(pitches) if pitches else None
    return DrawnSection(
        id=section.id,
        slug=section.slug,
        name=section.name,
        kind=section.kind,
        category=section.category,
        capacity=section.capacity,
        outline=tuple((float(x), float(y)) for x, y in section.outline),
        ordinal=section.ordinal,
        rows=tuple(
            DrawnRow(
                name=name,
                seat_ids=tuple(seat.id for seat in row),
                runs=tuple(tuple(seat.id for seat in run) for run in runs_of(row, usual_pitch)),
            )
            for name, row in ordered
        ),
        seat_ids=tuple(seat.id for seat in seats),
    )


def _along_the_row(seats: list[DrawnSeat]) -> list[DrawnSeat]:
    """Return the seats from one end of the row to the other, whatever their order in the file.

    A row sorted by number with odd and even halves reverses its direction; it is then sorted along
    its longer axis.
    """
    if all(
        (b.x - a.x) * (c.x - b.x) + (b.y - a.y) * (c.y - b.y) >= 0
        for a, b, c in zip(seats, seats[1:], seats[2:], strict=False)
    ):
        return seats
    xs, ys = [seat.x for seat in seats], [seat.y for seat in seats]
    if max(xs) - min(xs) >= max(ys) - min(ys):
        return sorted(seats, key=lambda seat: seat.x)
    return sorted(seats, key=lambda seat: seat.y)


def _pitches(seats: Sequence[Positioned]) -> list[float]:
    return [hypot(b.x - a.x, b.y - a.y) for a, b in zip(seats, seats[1:], strict=False)]


def _companions(seats: Iterable[DrawnSeat]) -> dict[int, tuple[int, ...]]:
    companions: dict[int, list[int]] = {}
    for seat in seats:
        if seat.companion_of is not None:
            companions.setdefault(seat.companion_of, []).append(seat.id)
    return {space: tuple(ids) for space, ids in companions.items()}
