"""Choose the best available seats: “4 together”. Makes no query and holds nothing."""

import random
from collections.abc import Collection, Sequence, Set
from dataclasses import dataclass

from venues.drawing import Drawing

from ..seatmap.availability import Availability
from ..seatmap.seat_layout import Layout, layout_of, leaves_single
from .split_parties import closest_split
from .wheelchair_places import best_with_wheelchair

_RANDOM = random.Random()


@dataclass(frozen=True)
class Choice:
    """Seats for a customer. `together` is whether they are all side by side."""

    seat_ids: tuple[int, ...]
    together: bool


def best_available(
    *,
    drawing: Drawing,
    availability: Availability,
    quantity: int,
    categories: Collection[str] | None = None,
    accessible: bool = False,
    released: bool = False,
    avoid: Set[int] = frozenset(),
    spread: int = 1,
    rng: random.Random | None = None,
) -> Choice | None:
    """Return the best `quantity` free seats as a Choice, or None if there are not that many.

    The best are side by side, low in `goodness`, and leave no single seat next to them; if all
    leave one, the best of those. When no run is long enough the party is split, as close together
    as possible, and nobody sits alone if that can be avoided.

    `categories` are the names of those allowed (None: all). Wheelchair spaces and their companion
    seats are only for customers who ask for them: with `accessible` the choice is one space with
    its companion seats and, if more are wanted, the seats next to them. With `released` they are
    for everybody. `avoid` are seats known to be taken.

    `spread` is for customers who have just lost a seat to somebody quicker: the choice is then a
    random one (`rng`) of the best `spread` that don't overlap, so that many customers do not
    compete for the same seats again.
    """
    rng = rng or _RANDOM
    layout = layout_of(drawing)
    line = layout.line(availability, avoid)
    wanted = line if categories is None else layout.of_categories(line, categories)
    if accessible:
        return _choice(best_with_wheelchair(layout, wanted, quantity, spread, rng))
    if not released:
        line, wanted = layout.ordinary(line), layout.ordinary(wanted)
    start = _best_block(layout, line, wanted, quantity, spread, rng)
    if start is not None:
        return Choice(tuple(layout.seat_ids[start : start + quantity]), together=True)
    return _choice(closest_split(layout, wanted, quantity, spread, rng))


def _best_block(
    layout: Layout, line: str, wanted: str, quantity: int, spread: int, rng: random.Random
) -> int | None:
    """Return the position at which the best free block begins, or None.

    `line` has all seats that others could still buy, by which single seats are judged.
    """
    good: list[int] = []
    poor: list[int] = []
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
    return rng.choice(good or poor)


def _choice(found: tuple[Sequence[int], bool] | None) -> Choice | None:
    return None if found is None else Choice(tuple(found[0]), together=found[1])
