"""Choosing places for a customer: “4 together”. Pure rules: no query, no clock, nothing held."""

import random
from dataclasses import dataclass

from ..seatmap.seat_layout import layout_of, leaves_single
from .split_parties import closest_split
from .wheelchair_places import best_with_wheelchair


@dataclass(frozen=True)
class Choice:
    """Seats for a customer. `together` is whether they are all side by side."""

    seat_ids: tuple[int, ...]
    together: bool


def best_available(
    *,
    drawing,
    availability,
    quantity,
    categories=None,
    accessible=False,
    released=False,
    avoid=frozenset(),
    spread=1,
    chance=random,
):
    """Return the best `quantity` free seats as a Choice, or None when there are not that many.

    The best are side by side, low in `goodness`, and leave no single seat alone beside them; where
    all leave one, the best of those. When no run is long enough they are split, as close together
    as it goes, nobody alone if it can be helped.

    `categories` are the names of those allowed (None: all). Wheelchair spaces and their companions'
    seats are for those who ask for them: with `accessible` the choice is one space with its
    companions and, if more are wanted, the seats beside them. With `released` those seats are for
    everybody. `avoid` are seats known to be gone.

    `spread` is for those who have just lost a seat to somebody quicker: the choice is then any of
    the best `spread` that don't overlap, so that a herd does not run into the same seats again.
    """
    layout = layout_of(drawing)
    line = layout.line(availability, avoid)
    wanted = line if categories is None else layout.of_categories(line, categories)
    if accessible:
        return _choice(best_with_wheelchair(layout, wanted, quantity, spread, chance))
    if not released:
        line, wanted = layout.ordinary(line), layout.ordinary(wanted)
    start = _best_block(layout, line, wanted, quantity, spread, chance)
    if start is not None:
        return Choice(tuple(layout.seat_ids[start : start + quantity]), together=True)
    return _choice(closest_split(layout, wanted, quantity, spread, chance))


def _best_block(layout, line, wanted, quantity, spread, chance):
    """Return where the best free block begins, or None.

    `line` has all that others could still buy, by which single seats are judged.
    """
    good, poor = [], []
    pattern = "1" * quantity
    if pattern not in wanted:
        return None
    for start in layout.windows(quantity):
        if wanted.startswith(pattern, start):
            found = poor if leaves_single(line, start, start + quantity) else good
            if len(found) < spread and all(abs(start - other) >= quantity for other in found):
                found.append(start)
                if len(good) == spread:
                    break
    return chance.choice(good or poor)


def _choice(found):
    return None if found is None else Choice(tuple(found[0]), together=found[1])
