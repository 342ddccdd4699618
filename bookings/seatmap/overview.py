"""The whole house at a glance: each section's shape, prices and how full it is."""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from math import hypot
from statistics import fmean

from django.urls import reverse

from shows.map_colors import UNKNOWN
from venues.drawing import drawing_of
from venues.models import Seat
from venues.plan_format.areas import outline_of

from .drawn_sections import drawing_hash

# Up to so many seats a house is shown at once; above, a section at a time.
SMALL_HOUSE = 700
MARGIN = 30


@dataclass(frozen=True)
class SectionState:
    """A section as the overview and the list beside it show it at one moment."""

    id: int
    slug: str
    name: str
    is_standing: bool
    is_accessible: bool
    colour: int
    price_from: Decimal | None
    price_to: Decimal | None
    capacity: int
    free: int
    # Of its places, by primary key.
    categories: tuple
    # An SVG path in plan coordinates; empty when the plan gives no outline.
    path: str
    # Where the name stands, how large, and turned by how many degrees; None if it would not fit in.
    label: tuple | None
    # The address of its seats, which the map fetches; empty where the page has them all.
    drawing: str

    @property
    def fill(self):
        """How full it is, from 0 (hardly anything gone) to 4 (nothing left)."""
        if not self.free:
            return 4
        return min(3, int(4 * (1 - self.free / self.capacity)))


@dataclass(frozen=True)
class Ground:
    """What the map is drawn on: the part of the plan to show, and its decoration."""

    left: float
    top: float
    width: float
    height: float
    # {"points": "x,y x,y …"} for shapes; {"text", "x", "y", "size"} for words.
    decoration: tuple

    @property
    def view_box(self):
        return f"{self.left:g} {self.top:g} {self.width:g} {self.height:g}"


def sections_of(terms, availability):
    """Return a SectionState for each section of the performance, in the order of the plan."""
    states = []
    for shape in _shapes(terms.plan_id):
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
                is_accessible=shape.is_accessible,
                # Of the category that most of its places are in.
                colour=terms_here[0].colour if terms_here else UNKNOWN,
                price_from=min(prices, default=None),
                price_to=max(prices, default=None),
                capacity=shape.section.capacity,
                free=availability.free_in(shape.section.id),
                categories=tuple(term.id for term in terms_here),
                path=shape.path,
                label=shape.label,
                drawing="" if is_small(terms.plan_id) else _drawing(terms, shape.section),
            )
        )
    return states


def is_small(plan_id):
    """Whether all seats of the house are shown at once."""
    return len(drawing_of(plan_id).seats) <= SMALL_HOUSE


@lru_cache(maxsize=64)
def ground_of(plan_id):
    """Return the Ground of a plan: as much of it as is drawn on, with a margin."""
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
        decoration=tuple(shape for shape in decoration if shape),
    )


def _drawing(terms, section):
    if section.is_standing:
        return ""
    content = drawing_hash(terms, section.id)
    return reverse("bookings:drawing", args=[terms.performance_id, section.slug, content])


@dataclass(frozen=True)
class _Shape:
    """What of a section's state never changes."""

    section: object
    categories: tuple
    # Whether it has wheelchair spaces.
    is_accessible: bool
    path: str
    label: tuple | None = field(default=None)


@lru_cache(maxsize=64)
def _shapes(plan_id):
    drawing, ground = drawing_of(plan_id), ground_of(plan_id)
    return [_shape(drawing, ground, section) for section in drawing.sections]


def _shape(drawing, ground, section):
    seats = [drawing.seats[seat] for seat in section.seat_ids]
    counted = Counter(seat.category for seat in seats)
    if section.is_standing:
        counted[section.category] += 1
    return _Shape(
        section=section,
        categories=tuple(name for name, _number in counted.most_common()),
        is_accessible=any(seat.kind == Seat.Kind.WHEELCHAIR for seat in seats),
        path=_path(section.outline),
        label=_label(section, seats, ground) if section.outline else None,
    )


def _path(points):
    return "M" + "L".join(f"{x:g},{y:g}" for x, y in points) + "Z" if points else ""


def _label(section, seats, ground):
    """Return (x, y, size, turn) for the section's name on its shape, or None if it is too small."""
    xs, ys = zip(*section.outline, strict=True)
    width, height = max(xs) - min(xs), max(ys) - min(ys)
    upright = height > 2 * width
    along, across = (height, width) if upright else (width, height)
    size = min(along * 0.85 / (0.6 * len(section.name)), across * 0.5, ground.width / 30)
    if size < ground.width / 110:
        return None
    x, y = fmean(xs), fmean(ys)
    if seats:
        # The middle of a crescent lies outside; the seat nearest to it does not.
        x, y = fmean(seat.x for seat in seats), fmean(seat.y for seat in seats)
        if not upright:
            nearest = min(seats, key=lambda seat: hypot(seat.x - x, seat.y - y))
            x, y = nearest.x, nearest.y
    return round(x, 1), round(y, 1), round(size, 1), -90 if upright else 0


def _decorated(area):
    if area["shape"] == "text":
        words = area["text"]
        return words["text"] and {
            "text": words["text"],
            "x": round(area["position"]["x"] + words["position"]["x"], 1),
            "y": round(area["position"]["y"] + words["position"]["y"], 1),
            "size": words["size"],
        }
    points = outline_of(area)
    return {"points": " ".join(f"{x:g},{y:g}" for x, y in points)} if points else None
