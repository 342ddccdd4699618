"""A seating plan as the sale needs it: sections, rows, seats side by side, good seats first.

Plans never change, so a drawing is made once in each process and kept. Nothing in it may be
changed by those who read it.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import hypot
from statistics import fmean, median_low

from django.utils.translation import gettext as _

from venues.models import Seat, SeatingPlan, Section
from venues.stage import stage_focus

# A gap this many times the usual distance between neighbours is an aisle.
AISLE = 1.6
# A step to the side spoils the view more than a step back.
SIDEWAYS = 0.6
# Seats behind the stage see the artists' backs.
BEHIND = 2.0


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
    def label(self):
        """The seat's spoken name, in the reader's language: “Stalls, row F, seat 12”.

        A row whose name is more than one word says itself what it is: “Boxes, Box 3, seat 1”.
        """
        words = {"section": self.section_name, "row": self.row, "number": self.number}
        if not self.row:
            return _("%(section)s, seat %(number)s") % words
        if " " in self.row:
            return _("%(section)s, %(row)s, seat %(number)s") % words
        return _("%(section)s, row %(row)s, seat %(number)s") % words


@dataclass(frozen=True, slots=True)
class DrawnRow:
    name: str
    # In the order in which one passes them, walking along the row.
    seat_ids: tuple[int, ...]
    # The same seats, cut at the aisles: those within a run sit side by side.
    runs: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class DrawnSection:
    id: int
    slug: str
    name: str
    kind: str
    # The category of a standing section; empty when seated, as seats have their own.
    category: str
    capacity: int
    # ((x, y), …) in plan coordinates; empty when the plan gives none.
    outline: tuple[tuple[float, float], ...]
    ordinal: int
    rows: tuple[DrawnRow, ...]
    # In the order of the seats' ordinals.
    seat_ids: tuple[int, ...]

    @property
    def is_standing(self):
        return self.kind == Section.Kind.STANDING


@dataclass(frozen=True)
class Drawing:
    plan_id: int
    # Of what is drawn, not of the ids: a plan's copy at another venue has the same.
    content_hash: str
    width: int
    height: int
    # Areas in the words of the plan format, in plan coordinates.
    decoration: tuple[dict, ...]
    # ({"name": …, "color": "#rrggbb"}, …) in the order of the legend.
    categories: tuple[dict, ...]
    # In the order of their ordinals.
    sections: tuple[DrawnSection, ...]
    seats: dict[int, DrawnSeat]
    by_slug: dict[str, DrawnSection]
    by_section_id: dict[int, DrawnSection]
    # A wheelchair space's companion seats. Spaces without one are not in it.
    companions_of: dict[int, tuple[int, ...]]

    @property
    def capacity(self):
        """How many people the house holds, seated and standing."""
        return sum(section.capacity for section in self.sections)


@lru_cache(maxsize=64)
def drawing_of(plan_id):
    """The plan's Drawing, made by three queries at the first call in a process, then kept.

    Raises SeatingPlan.DoesNotExist.
    """
    plan = SeatingPlan.objects.get(pk=plan_id)
    section_rows = list(Section.objects.filter(plan=plan_id).order_by("ordinal", "id"))
    names = {section.id: section.name for section in section_rows}
    seats = _draw_seats(plan, names)
    by_section = {section_id: [] for section_id in names}
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


def runs_of(seats, usual_pitch=None):
    """Cut one row's seats (anything with x and y, in row order) into runs without an aisle.

    The distance between neighbours is measured as the crow flies, so that it works along curves.
    `usual_pitch` is what to compare with in a row too short to tell by itself.
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


def _draw_seats(plan, section_names):
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


def _goodness_measure(plan, rows):
    """How far a seat is from the stage and from the line down the middle of the house.

    The middle is the line from the stage to the seats' centre of gravity, so it also holds where
    the stage stands at the side of the plan.
    """
    fx, fy = stage_focus(plan.decoration) or (plan.width / 2, 0.0)
    dx = (fmean(row[4] for row in rows) if rows else fx) - fx
    dy = (fmean(row[5] for row in rows) if rows else fy + 1) - fy
    length = hypot(dx, dy)
    dx, dy = (dx / length, dy / length) if length > 1e-9 else (0.0, 1.0)
    restricted_costs = hypot(plan.width, plan.height) / 4

    def goodness(x, y, kind):
        vx, vy = x - fx, y - fy
        measure = hypot(vx, vy) + SIDEWAYS * abs(vx * dy - vy * dx)
        if vx * dx + vy * dy < 0:
            measure *= BEHIND
        if kind == Seat.Kind.RESTRICTED:
            measure += restricted_costs
        return measure

    return goodness


def _draw_section(section, seats):
    by_row = {}
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


def _along_the_row(seats):
    """The seats in the order in which they stand, which files do not always list them in.

    A row listed by number with odd and even halves turns back on itself; it is then put in order
    along its longer side.
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


def _pitches(seats):
    return [hypot(b.x - a.x, b.y - a.y) for a, b in zip(seats, seats[1:], strict=False)]


def _companions(seats):
    companions = {}
    for seat in seats:
        if seat.companion_of is not None:
            companions.setdefault(seat.companion_of, []).append(seat.id)
    return {space: tuple(ids) for space, ids in companions.items()}
