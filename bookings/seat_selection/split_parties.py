"""Split a party over the closest free seats when no row has enough side by side."""

import random
import re
from dataclasses import dataclass
from math import hypot

from ..seatmap.seat_layout import Layout

Point = tuple[float, float]

# How many free stretches are tried as the centre of the party; more is better and slower.
ANCHORS = 24
# One step away from the rest of the party counts as much as so many steps from the best seats.
CLOSENESS = 4


def closest_split(
    layout: Layout, wanted: str, quantity: int, spread: int, rng: random.Random
) -> tuple[tuple[int, ...], bool] | None:
    """Return `(seat ids, False)` for `quantity` free seats of the line, close together, or None.

    It is for lines in which no stretch of free seats is long enough. The party stays within a
    section if one has enough seats. Blocks are cut from the ends of stretches, so a cut leaves a
    single seat only where every cut would.
    """
    if wanted.count("1") < quantity:
        return None
    stretches = [_Stretch.of(layout, *match.span()) for match in re.finditer("1+", wanted)]
    groups = _by_section(stretches, quantity) or [stretches]
    anchors = sorted(
        ((anchor, group) for group in groups for anchor in group),
        key=lambda pair: (-pair[0].length, pair[0].goodness),
    )
    splits = [_split_around(anchor, group, quantity) for anchor, group in anchors[:ANCHORS]]
    splits.sort(key=lambda split: split.cost(layout))
    return splits[0 if spread == 1 else rng.randrange(min(spread, len(splits)))].seat_ids(layout)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Free seats side by side: where in the line they begin and end, and on the plan."""

    section_id: int
    start: int
    end: int
    first: Point
    last: Point
    goodness: float  # Average of a seat.

    @classmethod
    def of(cls, layout: Layout, start: int, end: int) -> "_Stretch":
        first, last = layout.seat_at(start), layout.seat_at(end - 1)
        goodness = layout.goodness(start, end) / (end - start)
        return cls(first.section_id, start, end, (first.x, first.y), (last.x, last.y), goodness)

    @property
    def length(self) -> int:
        return self.end - self.start

    def distance(self, other: "_Stretch") -> float:
        """Return the distance of the nearest ends."""
        return min(
            hypot(a[0] - b[0], a[1] - b[1])
            for a in (self.first, self.last)
            for b in (other.first, other.last)
        )


_Part = tuple[_Stretch, int]


@dataclass(frozen=True, slots=True)
class _Split:
    """Stretches with the number of seats to take from each; the first is the centre."""

    parts: list[_Part]

    def cost(self, layout: Layout) -> tuple[int, bool, float]:
        """Return the sort key: first nobody alone, then close together and near the best seats."""
        anchor = self.parts[0][0]
        apart = sum(anchor.distance(stretch) for stretch, _number in self.parts[1:])
        goodness = max(stretch.goodness for stretch, _number in self.parts)
        alone = sum(number == 1 for _stretch, number in self.parts)
        return alone, len(self.parts) > 2, CLOSENESS * apart + goodness

    def seat_ids(self, layout: Layout) -> tuple[tuple[int, ...], bool]:
        ids: list[int] = []
        anchor = self.parts[0][0]
        for stretch, number in self.parts:
            towards = self.parts[1][0] if stretch is anchor and len(self.parts) > 1 else anchor
            start = stretch.start
            if _is_nearer(stretch.last, stretch.first, towards):
                start = stretch.end - number
            ids += layout.seat_ids[start : start + number]
        return tuple(ids), False


def _by_section(stretches: list[_Stretch], quantity: int) -> list[list[_Stretch]]:
    sections: dict[int, list[_Stretch]] = {}
    for stretch in stretches:
        sections.setdefault(stretch.section_id, []).append(stretch)
    return [group for group in sections.values() if sum(each.length for each in group) >= quantity]


def _split_around(anchor: _Stretch, group: list[_Stretch], quantity: int) -> _Split:
    others = sorted(
        (other for other in group if other is not anchor),
        # Single seats come last, so that nobody sits alone.
        key=lambda other: (other.length == 1, anchor.distance(other)),
    )
    parts: list[_Part] = []
    missing = quantity
    for stretch in [anchor, *others]:
        number = min(stretch.length, missing)
        parts.append((stretch, number))
        missing -= number
        if not missing:
            break
    _avoid_single(parts)
    return _Split(parts)


def _avoid_single(parts: list[_Part]) -> None:
    """If the last part is one seat, move somebody there from a larger part, if there is room."""
    stretch, number = parts[-1]
    if len(parts) > 1 and number == 1 and stretch.length > 1:
        for position, (other, count) in enumerate(parts):
            if count > 2:
                parts[position], parts[-1] = (other, count - 1), (stretch, 2)
                return


def _is_nearer(point: Point, than: Point, stretch: _Stretch) -> bool:
    def away(end: Point) -> float:
        return min(
            hypot(end[0] - other[0], end[1] - other[1]) for other in (stretch.first, stretch.last)
        )

    return away(point) < away(than)
