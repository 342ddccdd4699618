"""When nobody can sit together any more: the closest places that are left."""

import re
from dataclasses import dataclass
from math import hypot

# How many free stretches are tried as the group's middle; more is better and slower.
ANCHORS = 24
# A step away from one's friends weighs as much as this many steps away from the best seats.
CLOSENESS = 4


def closest_split(layout, wanted, quantity, spread, chance):
    """Return `(seat ids, False)` for `quantity` free seats of the line, close together, or None.

    It is meant for lines in which no stretch of free seats is long enough. The group stays within a
    section if one has enough. Blocks are cut from the ends of stretches, so a cut leaves a single
    seat only where every cut would.
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
    return splits[0 if spread == 1 else chance.randrange(min(spread, len(splits)))].seat_ids(layout)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Free seats side by side: where in the line they begin and end, and on the plan."""

    section_id: int
    start: int
    end: int
    first: tuple
    last: tuple
    goodness: float  # Of one seat, on the average.

    @classmethod
    def of(cls, layout, start, end):
        first, last = layout.seat_at(start), layout.seat_at(end - 1)
        goodness = layout.goodness(start, end) / (end - start)
        return cls(first.section_id, start, end, (first.x, first.y), (last.x, last.y), goodness)

    @property
    def length(self):
        return self.end - self.start

    def distance(self, other):
        """How far apart the nearest ends are."""
        return min(
            hypot(a[0] - b[0], a[1] - b[1])
            for a in (self.first, self.last)
            for b in (other.first, other.last)
        )


@dataclass(frozen=True, slots=True)
class _Split:
    """Stretches with the number of seats to take from each; the first is the middle."""

    parts: list

    def cost(self, layout):
        """Nobody alone first, then close together and good."""
        anchor = self.parts[0][0]
        apart = sum(anchor.distance(stretch) for stretch, _number in self.parts[1:])
        goodness = max(stretch.goodness for stretch, _number in self.parts)
        alone = sum(number == 1 for _stretch, number in self.parts)
        return alone, len(self.parts) > 2, CLOSENESS * apart + goodness

    def seat_ids(self, layout):
        ids = []
        anchor = self.parts[0][0]
        for stretch, number in self.parts:
            towards = self.parts[1][0] if stretch is anchor and len(self.parts) > 1 else anchor
            start = stretch.start
            if _is_nearer(stretch.last, stretch.first, towards):
                start = stretch.end - number
            ids += layout.seat_ids[start : start + number]
        return tuple(ids), False


def _by_section(stretches, quantity):
    sections = {}
    for stretch in stretches:
        sections.setdefault(stretch.section_id, []).append(stretch)
    return [group for group in sections.values() if sum(each.length for each in group) >= quantity]


def _split_around(anchor, group, quantity):
    others = sorted(
        (other for other in group if other is not anchor),
        # Single seats last: nobody likes to sit alone.
        key=lambda other: (other.length == 1, anchor.distance(other)),
    )
    parts, missing = [], quantity
    for stretch in [anchor, *others]:
        number = min(stretch.length, missing)
        parts.append([stretch, number])
        missing -= number
        if not missing:
            break
    _keep_company(parts)
    return _Split(parts)


def _keep_company(parts):
    """Where one is left over, somebody from a larger part joins them if there is a seat."""
    last = parts[-1]
    if len(parts) > 1 and last[1] == 1 and last[0].length > 1:
        donor = next((part for part in parts if part[1] > 2), None)
        if donor:
            donor[1] -= 1
            last[1] += 1


def _is_nearer(point, than, stretch):
    def away(end):
        return min(
            hypot(end[0] - other[0], end[1] - other[1]) for other in (stretch.first, stretch.last)
        )

    return away(point) < away(than)
