"""Drafts: seating plans as plain values in plan coordinates, not saved in the database.

The file reader and the generator return drafts. `venues.plans` saves a draft as a version of a plan
and reads a plan back into the draft.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot
from typing import Any

from venues.models import Seat, Section

# How far a companion seat in another row may be from its wheelchair space: about two seats.
COMPANION_REACH = 50.0


@dataclass(frozen=True, slots=True)
class SeatDraft:
    # Identifies the seat in all versions of the plan; unique in it, without spaces at its ends.
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
    # Row by row, each row from one end to the other. Empty for standing sections.
    seats: tuple[SeatDraft, ...] = ()
    # ((x, y), …). Optional for seated sections.
    outline: tuple[tuple[float, float], ...] = ()
    # Both for standing sections only.
    standing: int = 0
    category: str = ""

    @property
    def kind(self) -> Section.Kind:
        return Section.Kind.STANDING if self.standing else Section.Kind.SEATED

    @property
    def capacity(self) -> int:
        return self.standing or len(self.seats)


@dataclass(frozen=True)
class PlanDraft:
    name: str
    width: int
    height: int
    # ({"name": …, "color": "#rrggbb"}, …) in the order of the legend.
    categories: tuple[dict[str, str], ...]
    sections: tuple[SectionDraft, ...]
    # Areas of the plan format, in plan coordinates, one shape each.
    decoration: tuple[dict[str, Any], ...] = ()

    @property
    def capacity(self) -> int:
        return sum(section.capacity for section in self.sections)

    @property
    def seats(self) -> list[SeatDraft]:
        """All seats, section by section."""
        return [seat for section in self.sections for seat in section.seats]


def pair_companions(seats: Sequence[SeatDraft]) -> dict[str, str]:
    """Return the wheelchair space of each companion seat, {companion's guid: space's guid}.

    `seats` are those of one section. A companion seat belongs to the nearest space of its own row,
    but each space gets one before any gets a second. In a row without a space, it belongs to the
    nearest one within COMPANION_REACH, such as one behind it. Companion seats without a space are
    left out. This is a rule and not stored, because the plan format cannot express it.
    """
    spaces = [seat for seat in seats if seat.kind == Seat.Kind.WHEELCHAIR]
    companions = [seat for seat in seats if seat.kind == Seat.Kind.COMPANION]
    near = [(_distance(space, seat), space, seat) for seat in companions for space in spaces]
    # Sorting is stable, so that of equal distances the first in the row wins.
    near.sort(key=lambda pair: pair[0])
    own_row = [(space, seat) for _far, space, seat in near if space.row == seat.row]
    around = [(space, seat) for far, space, seat in near if far <= COMPANION_REACH]
    pairs: dict[str, str] = {}
    served: set[str] = set()
    for options in (own_row, around):
        for space, companion in options:
            if companion.guid not in pairs and space.guid not in served:
                pairs[companion.guid] = space.guid
                served.add(space.guid)
        for space, companion in options:
            pairs.setdefault(companion.guid, space.guid)
    return pairs


def _distance(one: SeatDraft, other: SeatDraft) -> float:
    return hypot(one.x - other.x, one.y - other.y)
