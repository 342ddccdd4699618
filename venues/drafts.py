"""Drafts: seating plans as plain values in plan coordinates, not saved in the database.

The file reader and the generator return drafts. `venues.plans` saves a draft as a version of a plan
and reads a plan back into the draft.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot
from typing import Any

from venues.models import Seat, Section


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
    but each space gets one before any gets a second. Companion seats in a row without a space are
    left out. This is a rule and not stored, because the plan format cannot express it.
    """
    rows: dict[str, dict[str, list[SeatDraft]]] = {}
    for seat in seats:
        if seat.kind in (Seat.Kind.WHEELCHAIR, Seat.Kind.COMPANION):
            rows.setdefault(seat.row, {}).setdefault(str(seat.kind), []).append(seat)
    pairs: dict[str, str] = {}
    for row in rows.values():
        pairs |= _pair_row(row.get("wheelchair", []), row.get("companion", []))
    return pairs


def _pair_row(spaces: Sequence[SeatDraft], companions: Sequence[SeatDraft]) -> dict[str, str]:
    # Sorting is stable, so that of equal distances the first in the row wins.
    by_distance = sorted(
        ((space, companion) for companion in companions for space in spaces),
        key=lambda pair: hypot(pair[0].x - pair[1].x, pair[0].y - pair[1].y),
    )
    pairs: dict[str, str] = {}
    served: set[str] = set()
    for space, companion in by_distance:
        if companion.guid not in pairs and space.guid not in served:
            pairs[companion.guid] = space.guid
            served.add(space.guid)
    for space, companion in by_distance:
        pairs.setdefault(companion.guid, space.guid)
    return pairs
