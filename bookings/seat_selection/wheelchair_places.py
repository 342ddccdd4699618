"""Choose a wheelchair space with its companion seats, which are sold together."""

import random
from collections.abc import Iterable
from math import hypot

from venues.models import Seat

from ..seatmap.seat_layout import ACCESSIBLE_KINDS, Layout


def best_with_wheelchair(
    layout: Layout, wanted: str, quantity: int, spread: int, rng: random.Random
) -> tuple[list[int], bool] | None:
    """Return `(seat ids, together)` for a wheelchair space and `quantity` - 1 companions, or None.

    The space's own companion seats come first, wherever they are, and spaces that have theirs free
    before others; then ordinary seats next to them, then the nearest ordinary seats of the section.
    Seats that belong to other wheelchair spaces are not used.
    """
    found = []
    for space in _free_spaces(layout, wanted):
        own = _own_companions(layout, wanted, space)
        accompanied = min(len(own), quantity - 1)
        group = _side_by_side(layout, wanted, space, quantity, own)
        together = group is not None and len(own.intersection(group)) == accompanied
        if not together:
            group = _nearest(layout, wanted, space, quantity)
        if group is not None:
            found.append((-accompanied, not together, _goodness(layout, group), group))
    if not found:
        return None
    found.sort()
    best = [one for one in found if one[0] == found[0][0]]
    chosen = best[0 if spread == 1 else rng.randrange(min(spread, len(best)))]
    _accompanied, apart, _measure, group = chosen
    return [layout.seat_ids[position] for position in group], not apart


def _free_spaces(layout: Layout, wanted: str) -> list[int]:
    seats = layout.drawing.seats
    return [
        position
        for seat_id, position in layout.position_of.items()
        if wanted[position] == "1" and seats[seat_id].kind == Seat.Kind.WHEELCHAIR
    ]


def _side_by_side(
    layout: Layout, wanted: str, space: int, quantity: int, own: set[int]
) -> tuple[int, ...] | None:
    """Return the best free positions without a gap around the space, or None."""
    windows = [
        range(start, start + quantity)
        for start in range(space - quantity + 1, space + 1)
        if all(
            position == space or _may_join(layout, wanted, own, position)
            for position in range(start, start + quantity)
        )
    ]
    if not windows:
        return None
    best = min(windows, key=lambda w: (-len(own.intersection(w)), _goodness(layout, w)))
    return tuple(best)


def _nearest(layout: Layout, wanted: str, space: int, quantity: int) -> tuple[int, ...] | None:
    """Return the space, its companions and the nearest ordinary seats of its section, or None."""
    here = layout.seat_at(space)
    own = sorted(_own_companions(layout, wanted, space))[: quantity - 1]
    missing = quantity - 1 - len(own)
    if not missing:
        return (space, *own)
    section = layout.drawing.by_section_id[here.section_id]
    others = [
        position
        for position in map(layout.position_of.__getitem__, section.seat_ids)
        if wanted[position] == "1" and layout.seat_at(position).kind not in ACCESSIBLE_KINDS
    ]
    if len(others) < missing:
        return None
    others.sort(key=lambda p: hypot(layout.seat_at(p).x - here.x, layout.seat_at(p).y - here.y))
    return (space, *own, *others[:missing])


def _own_companions(layout: Layout, wanted: str, space: int) -> set[int]:
    ids = layout.drawing.companions_of.get(layout.seat_ids[space], ())
    return {p for p in map(layout.position_of.__getitem__, ids) if wanted[p] == "1"}


def _may_join(layout: Layout, wanted: str, own: set[int], position: int) -> bool:
    if not 0 <= position < len(wanted) or wanted[position] != "1":
        return False
    return position in own or layout.seat_at(position).kind not in ACCESSIBLE_KINDS


def _goodness(layout: Layout, positions: Iterable[int]) -> float:
    return sum(layout.seat_at(position).goodness for position in positions)
