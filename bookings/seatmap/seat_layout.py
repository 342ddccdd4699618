"""A plan's seats as one string of characters, so that choosing among thousands is quick.

All runs of a drawing (seats side by side, see `venues.drawing`) are joined in plan order with a "0"
between them: for a party that wants to sit together, an aisle, the end of a row and a taken seat
have the same effect. A *line* is such a string for one moment: "1" where a seat is free. It is
built by C loops in a fraction of a millisecond for 12,000 seats, and searched with `str` methods.
"""

from array import array
from collections.abc import Callable, Collection, Iterable
from functools import partial
from itertools import accumulate
from operator import itemgetter
from typing import Any

from venues.drawing import Drawing, DrawnSeat
from venues.models import Seat

from .availability import Availability

ACCESSIBLE_KINDS = frozenset({Seat.Kind.WHEELCHAIR, Seat.Kind.COMPANION})

MAX_CACHED = 64  # Layouts in each process: as many as `drawing_of` caches.


def layout_of(drawing: Drawing) -> "Layout":
    """Return the drawing's Layout, cached for as long as the drawing is."""
    cached = _cache.get(drawing.plan_id)
    if cached is None or cached.drawing is not drawing:
        cached = Layout(drawing)
        if len(_cache) >= MAX_CACHED:
            # Another thread may have been quicker.
            _cache.pop(next(iter(_cache)), None)
        _cache[drawing.plan_id] = cached
    return cached


class Layout:
    """The position of each seat of a drawing in the line. Do not change it.

    It caches the last line, since all selections of one second are judged on one availability.
    """

    def __init__(self, drawing: Drawing):
        self.drawing = drawing
        # With two "0" at each end, looking at a neighbour needs no check of the bounds.
        self.seat_ids: list[Any] = [None, None]
        self.runs: list[tuple[int, int]] = []
        for section in drawing.sections:
            for row in section.rows:
                for run in row.runs:
                    self.runs.append((len(self.seat_ids), len(run)))
                    self.seat_ids += [*run, None]
        self.seat_ids += [None]
        self.position_of = {
            seat_id: position
            for position, seat_id in enumerate(self.seat_ids)
            if seat_id is not None
        }
        self._pick = self._make_pick()
        self._sums = array("d", [0.0])
        self._sums.extend(
            accumulate(
                0.0 if seat_id is None else drawing.seats[seat_id].goodness
                for seat_id in self.seat_ids
            )
        )
        self._ordinary = self._mask_of(lambda seat: seat.kind not in ACCESSIBLE_KINDS)
        self._by_category = {
            name: self._mask_of(partial(_is_of_category, name))
            for name in {seat.category for seat in drawing.seats.values()}
        }
        self._windows: dict[int, array[int]] = {}
        self._last_line: tuple[Availability | None, str] = (None, "")
        self._last_ordinary: tuple[str | None, str] = (None, "")

    def line(self, availability: Availability, avoid: Collection[int] = frozenset()) -> str:
        """Return the line of all free seats but those to avoid."""
        known, line = self._last_line
        if known is not availability:
            line = self._line_of(availability.bits)
            self._last_line = availability, line
        positions = [self.position_of[seat] for seat in avoid if seat in self.position_of]
        return self._and(line, ~self._mask_at(positions)) if positions else line

    def ordinary(self, line: str) -> str:
        """Return the line without wheelchair spaces and their companion seats."""
        known, ordinary = self._last_ordinary
        if known is not line:
            ordinary = self._and(line, self._ordinary)
            self._last_ordinary = line, ordinary
        return ordinary

    def of_categories(self, line: str, names: Iterable[str]) -> str:
        """Return the line with the seats of these categories only."""
        mask = 0
        for name in names:
            mask |= self._by_category.get(name, 0)
        return self._and(line, mask)

    def windows(self, quantity: int) -> "array[int]":
        """Return the positions at which `quantity` seats side by side can begin, best first."""
        starts = self._windows.get(quantity)
        if starts is None:
            starts = array(
                "I",
                sorted(
                    (
                        start + offset
                        for start, length in self.runs
                        for offset in range(length - quantity + 1)
                    ),
                    key=lambda start: self.goodness(start, start + quantity),
                ),
            )
            self._windows[quantity] = starts
        return starts

    def goodness(self, start: int, end: int) -> float:
        """Return the sum of the goodness of the seats from `start` up to `end`; low is good."""
        return self._sums[end] - self._sums[start]

    def seat_at(self, position: int) -> DrawnSeat:
        return self.drawing.seats[self.seat_ids[position]]

    def _line_of(self, bits: dict[int, str]) -> str:
        source = "".join(
            bits.get(section.id, "").ljust(size, "0")[:size] for section, size in self._sizes
        )
        return "".join(self._pick(source + "00"))

    def _make_pick(self) -> Callable[[str], tuple[str, ...]]:
        """Return a function that puts the sections' bits, by ordinal, in the order of the line."""
        self._sizes = [(section, len(section.seat_ids)) for section in self.drawing.sections]
        begins = dict(
            zip(
                (section.id for section, _size in self._sizes),
                accumulate((size for _section, size in self._sizes), initial=0),
                strict=False,
            )
        )
        nothing = sum(size for _section, size in self._sizes)
        seats = self.drawing.seats
        return itemgetter(
            *(
                nothing
                if seat_id is None
                else begins[seats[seat_id].section_id] + seats[seat_id].ordinal
                for seat_id in self.seat_ids
            )
        )

    def _mask_of(self, wanted: Callable[[DrawnSeat], bool]) -> int:
        return self._mask_at(
            position
            for seat_id, position in self.position_of.items()
            if wanted(self.drawing.seats[seat_id])
        )

    def _mask_at(self, positions: Iterable[int]) -> int:
        characters = bytearray(b"0" * len(self.seat_ids))
        for position in positions:
            characters[position] = ord("1")
        return int(characters.decode(), 2)

    def _and(self, line: str, mask: int) -> str:
        return format(int(line, 2) & mask, f"0{len(line)}b")


def leaves_single(line: str, start: int, end: int) -> bool:
    """Return whether taking `start` up to `end` leaves a single free seat on either side."""
    return (line[start - 1] == "1" and line[start - 2] == "0") or (
        line[end] == "1" and line[end + 1] == "0"
    )


_cache: dict[int, Layout] = {}


def _is_of_category(name: str, seat: DrawnSeat) -> bool:
    return seat.category == name
