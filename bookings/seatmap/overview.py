"""The overview of a seating plan: each section's shape, prices and availability."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from math import hypot
from statistics import fmean, median_low
from typing import Any

from django.urls import reverse

from shows.map_colors import UNKNOWN
from shows.terms import Terms
from venues.drawing import (
    Drawing,
    DrawnSeat,
    DrawnSection,
    drawing_of,
    is_stage_label,
    stage_focus,
)
from venues.models import Seat, SectionView
from venues.plan_format.areas import outline_of

from .availability import Availability
from .drawn_sections import drawing_hash, extent_of, pitch_of

Label = tuple[float, float, float, int]

# Plans with at most so many seats are shown at once, larger ones one section at a time.
SMALL_PLAN = 700
MARGIN = 30
# As many distances between seats apart, wheelchair spaces are shown together on a phone.
NEAR = 8


@dataclass(frozen=True)
class SectionState:
    """A section as the overview and the list show it at one moment."""

    id: int
    slug: str
    name: str
    is_standing: bool
    # Where its seats are, its free wheelchair spaces, and those near the first one: left, top,
    # width, height; empty if none.
    box: str
    spaces: str
    # The prices of its free wheelchair spaces, one for each, separated by spaces.
    free_spaces: str
    colour: int
    price_from: Decimal | None
    price_to: Decimal | None
    # The prices of its categories, and of those that have available places, separated by spaces.
    prices: str
    free_prices: str
    capacity: int
    free: int
    # Primary keys of its price categories.
    categories: tuple[int, ...]
    # An SVG path in plan coordinates; empty when the plan gives no outline.
    path: str
    # Of the name: x, y, size, and rotation in degrees; None if it does not fit.
    label: Label | None
    # The URL from which the map fetches its seats; empty if the page has them already.
    drawing: str
    # The picture of the view from the section.
    view: SectionView | None = None

    @property
    def fill(self) -> int:
        """Return how full it is, from 0 (almost empty) to 4 (sold out)."""
        if not self.free:
            return 4
        return min(3, int(4 * (1 - self.free / self.capacity)))


@dataclass(frozen=True)
class Ground:
    """The background of the map: the part of the plan to show, and its decoration."""

    left: float
    top: float
    width: float
    height: float
    # The usual distance between neighbouring seats.
    pitch: float
    # Where the stage is: x and y, or nothing.
    stage: str
    # {"points": "x,y x,y …"} for shapes; {"text", "is_stage", "x", "y", "size"} for text.
    decoration: tuple[dict[str, Any], ...]

    @property
    def view_box(self) -> str:
        return f"{self.left:g} {self.top:g} {self.width:g} {self.height:g}"


def sections_of(
    terms: Terms, availability: Availability, views: Mapping[str, SectionView]
) -> list[SectionState]:
    """Return a SectionState for each section of the performance, in the order of the plan.

    `views` are the views from the sections by name (see `venues.section_views`).
    """
    states = []
    drawing = drawing_of(terms.plan_id)
    for shape in _shapes(terms.plan_id):
        free_spaces = [seat for seat in shape.spaces if availability.is_free(seat)]
        terms_here = [
            terms.categories_by_name[name]
            for name in shape.categories
            if name in terms.categories_by_name
        ]
        prices = [term.price for term in terms_here]
        states.append(
            SectionState(
                id=shape.section.id,
                slug=shape.section.slug,
                name=shape.section.name,
                is_standing=shape.section.is_standing,
                box=shape.box,
                spaces=_spaces(drawing, shape.section, free_spaces),
                free_spaces=" ".join(
                    str(terms.categories_by_name[seat.category].price)
                    for seat in free_spaces
                    if seat.category in terms.categories_by_name
                ),
                # The colour of the category of most of its places.
                colour=terms_here[0].colour if terms_here else UNKNOWN,
                price_from=min(prices, default=None),
                price_to=max(prices, default=None),
                prices=_joined(prices),
                free_prices=_joined(_free_prices(shape, terms, availability)),
                capacity=shape.section.capacity,
                free=availability.free_in(shape.section.id),
                categories=tuple(term.id for term in terms_here),
                path=shape.path,
                label=shape.label,
                drawing="" if is_small(terms.plan_id) else _drawing(terms, shape.section),
                view=views.get(shape.section.name),
            )
        )
    return states


def _joined(prices: Iterable[Decimal]) -> str:
    return " ".join(map(str, sorted(set(prices))))


def _free_prices(shape: "_Shape", terms: Terms, availability: Availability) -> list[Decimal]:
    """Return the prices of the section's categories in which places are available."""
    if not availability.free_in(shape.section.id):
        return []
    return [
        term.price
        for name in shape.categories
        if (term := terms.categories_by_name.get(name))
        and (len(shape.categories) == 1 or any(map(availability.is_free, shape.seats_in[name])))
    ]


def is_small(plan_id: int) -> bool:
    """Return whether all seats of the plan are shown at once."""
    return len(drawing_of(plan_id).seats) <= SMALL_PLAN


@lru_cache(maxsize=64)
def ground_of(plan_id: int) -> Ground:
    """Return the Ground of a plan: the part with seats and decoration, with a margin."""
    drawing = drawing_of(plan_id)
    decoration = [_decorated(area) for area in drawing.decoration]
    points = [(seat.x, seat.y) for seat in drawing.seats.values()]
    for section in drawing.sections:
        points += section.outline
    for area in drawing.decoration:
        points += outline_of(area)
    points = points or [(0, 0), (drawing.width, drawing.height)]
    left, top = min(x for x, _y in points) - MARGIN, min(y for _x, y in points) - MARGIN
    return Ground(
        left=round(left, 1),
        top=round(top, 1),
        width=round(max(x for x, _y in points) + MARGIN - left, 1),
        height=round(max(y for _x, y in points) + MARGIN - top, 1),
        pitch=_usual_pitch(drawing),
        stage=" ".join(f"{value:g}" for value in stage_focus(drawing.decoration) or ()),
        decoration=tuple(shape for shape in decoration if shape),
    )


def _usual_pitch(drawing: Drawing) -> float:
    pitches = [pitch_of(drawing, section) for section in drawing.sections if section.seat_ids]
    return median_low(pitches) if pitches else 25.0


def _drawing(terms: Terms, section: DrawnSection) -> str:
    if section.is_standing:
        return ""
    content = drawing_hash(terms, section.id)
    return reverse("bookings:drawing", args=[terms.performance_id, section.slug, content])


@dataclass(frozen=True)
class _Shape:
    """The part of a section's state that never changes."""

    section: DrawnSection
    categories: tuple[str, ...]
    box: str
    spaces: tuple[DrawnSeat, ...]
    path: str
    label: Label | None = None
    # The seats in each category, if there are several.
    seats_in: Mapping[str, Sequence[DrawnSeat]] = field(default_factory=dict, repr=False)


@lru_cache(maxsize=64)
def _shapes(plan_id: int) -> list[_Shape]:
    drawing, ground = drawing_of(plan_id), ground_of(plan_id)
    return [_shape(drawing, ground, section) for section in drawing.sections]


def _shape(drawing: Drawing, ground: Ground, section: DrawnSection) -> _Shape:
    seats = [drawing.seats[seat] for seat in section.seat_ids]
    counted = Counter(seat.category for seat in seats)
    if section.is_standing:
        counted[section.category] += 1
    seats_in: dict[str, list[DrawnSeat]] = {}
    for seat in seats if len(counted) > 1 else ():
        seats_in.setdefault(seat.category, []).append(seat)
    return _Shape(
        section=section,
        categories=tuple(name for name, _number in counted.most_common()),
        box=_box(drawing, section.seat_ids),
        spaces=tuple(seat for seat in seats if seat.kind == Seat.Kind.WHEELCHAIR),
        path=_path(section.outline, digits=0 if ground.width > 1000 else 1),
        label=_label(section, seats, ground) if section.outline else None,
        seats_in=seats_in,
    )


def _box(drawing: Drawing, seat_ids: Collection[int]) -> str:
    extent = extent_of(drawing, seat_ids)
    return " ".join(f"{value:g}" for value in extent) if seat_ids else ""


def _spaces(drawing: Drawing, section: DrawnSection, spaces: Sequence[DrawnSeat]) -> str:
    """Return where the spaces are, and where those near the first of them are."""
    if not spaces:
        return ""
    first, most = spaces[0], NEAR * pitch_of(drawing, section)
    near = [each for each in spaces if hypot(each.x - first.x, each.y - first.y) <= most]
    return " ".join(_box(drawing, [seat.id for seat in some]) for some in (spaces, near))


def _path(points: Iterable[tuple[float, float]], digits: int) -> str:
    """Return an SVG path, with as many digits as can be seen."""
    corners = [f"{round(x, digits):g},{round(y, digits):g}" for x, y in points]
    return f"M{'L'.join(corners)}Z" if corners else ""


def _label(section: DrawnSection, seats: list[DrawnSeat], ground: Ground) -> Label | None:
    """Return (x, y, size, rotation) of the section's name on its shape, or None if too small."""
    xs, ys = zip(*section.outline, strict=True)
    width, height = max(xs) - min(xs), max(ys) - min(ys)
    upright = height > 2 * width
    along, across = (height, width) if upright else (width, height)
    size = min(along * 0.85 / (0.6 * len(section.name)), across * 0.5, ground.width / 30)
    if size < ground.width / 110:
        return None
    x, y = fmean(xs), fmean(ys)
    if seats:
        # The centre of a crescent lies outside it, so take the nearest seat.
        x, y = fmean(seat.x for seat in seats), fmean(seat.y for seat in seats)
        if not upright:
            nearest = min(seats, key=lambda seat: hypot(seat.x - x, seat.y - y))
            x, y = nearest.x, nearest.y
    return round(x, 1), round(y, 1), round(size, 1), -90 if upright else 0


def _decorated(area: dict[str, Any]) -> dict[str, Any] | None:
    if area["shape"] == "text":
        label = area["text"]
        if not label["text"]:
            return None
        return {
            "text": label["text"],
            "is_stage": is_stage_label(label["text"]),
            "x": round(area["position"]["x"] + label["position"]["x"], 1),
            "y": round(area["position"]["y"] + label["position"]["y"], 1),
            "size": label["size"],
        }
    points = outline_of(area)
    return {"points": " ".join(f"{x:g},{y:g}" for x, y in points)} if points else None
