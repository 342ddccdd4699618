"""A seating plan before it is one: what the reader of files and the generator both make.

Plain values in plan coordinates, without a database. `venues.plans` turns a draft into a version
of a plan, and a plan back into the draft that it was made from.
"""

from dataclasses import dataclass
from math import hypot

from venues.models import Seat, Section


@dataclass(frozen=True, slots=True)
class SeatDraft:
    # Names the seat in every version of the plan; unique in the plan, no blank at either end.
    guid: str
    row: str
    number: str
    x: float
    y: float
    category: str
    kind: str = Seat.Kind.ORDINARY.value


@dataclass(frozen=True)
class SectionDraft:
    name: str
    slug: str
    # Row by row, each row in the order in which one walks along it. Empty when standing.
    seats: tuple[SeatDraft, ...] = ()
    # ((x, y), …). A seated section may leave it out: its seats tell where it is.
    outline: tuple[tuple[float, float], ...] = ()
    # For standing sections alone.
    standing: int = 0
    category: str = ""

    @property
    def kind(self):
        return Section.Kind.STANDING if self.standing else Section.Kind.SEATED

    @property
    def capacity(self):
        return self.standing or len(self.seats)


@dataclass(frozen=True)
class PlanDraft:
    name: str
    width: int
    height: int
    # ({"name": …, "color": "#rrggbb"}, …) in the order of the legend.
    categories: tuple[dict, ...]
    sections: tuple[SectionDraft, ...]
    # Areas in the words of the plan format, in plan coordinates, one shape each.
    decoration: tuple[dict, ...] = ()

    @property
    def capacity(self):
        return sum(section.capacity for section in self.sections)

    @property
    def seats(self):
        """All seats, section by section."""
        return [seat for section in self.sections for seat in section.seats]


def pair_companions(seats):
    """Which wheelchair space each companion seat belongs to: {companion's guid: space's guid}.

    `seats` are those of one section. A companion belongs to the nearest space of its own row, but
    no space gets a second companion before each has one. Companions in a row without a space are
    left out. Pairs are a rule and not data, because the plan format has no word for them.
    """
    rows = {}
    for seat in seats:
        if seat.kind in (Seat.Kind.WHEELCHAIR, Seat.Kind.COMPANION):
            rows.setdefault(seat.row, {}).setdefault(str(seat.kind), []).append(seat)
    pairs = {}
    for row in rows.values():
        pairs |= _pair_row(row.get("wheelchair", []), row.get("companion", []))
    return pairs


def _pair_row(spaces, companions):
    # Sorting is stable, so that equal distances go to those who come first in the row.
    by_distance = sorted(
        ((space, companion) for companion in companions for space in spaces),
        key=lambda pair: hypot(pair[0].x - pair[1].x, pair[0].y - pair[1].y),
    )
    pairs, served = {}, set()
    for space, companion in by_distance:
        if companion.guid not in pairs and space.guid not in served:
            pairs[companion.guid] = space.guid
            served.add(space.guid)
    for space, companion in by_distance:
        pairs.setdefault(companion.guid, space.guid)
    return pairs
