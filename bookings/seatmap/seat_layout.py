"""A plan's seats as one long line of characters, so that choosing among thousands is quick.

All runs of a drawing (seats side by side, see `venues.drawing`) are laid end to end, in plan order,
with a "0" between them: an aisle, a row's end and a taken seat are the same to those who look for
seats together. A *line* is such a text for one moment: "1" where a seat is free. It is made by C
loops in a fraction of a millisecond for 12,000 seats, and searched by `str` methods.
"""

from array import array
from itertools import accumulate
from operator import itemgetter

from venues.models import Seat

ACCESSIBLE_KINDS = frozenset({Seat.Kind.WHEELCHAIR, Seat.Kind.COMPANION})

KEPT_AT_MOST = 64  # Layouts, in each process: as many as `drawing_of` keeps.


def layout_of(drawing):
    """Return the drawing's Layout, made once in a process for as long as the drawing lives."""
    kept = _kept.get(drawing.plan_id)
    if kept is None or kept.drawing is not drawing:
        kept = Layout(drawing)
        if len(_kept) >= KEPT_AT_MOST:
            # Another thread may have been quicker.
            _kept.pop(next(iter(_kept)), None)
        _kept[drawing.plan_id] = kept
    return kept


class Layout:
    """Where each seat of a drawing stands in the line. Nothing in it may be changed.

    The last line is kept: for a second, all who choose by hand are judged on one availability.
    """

    def __init__(self, drawing):
        self.drawing = drawing
        # Two ends of "0" spare every look at a neighbour a check of the bounds.
        self.seat_ids = [None, None]
        self.runs = []
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
            category: self._mask_of(lambda seat, name=category: seat.category == name)
            for category in {seat.category for seat in drawing.seats.values()}
        }
        self._windows = {}
        self._last_line = self._last_ordinary = (None, "")

    def line(self, availability, avoid=frozenset()):
        """Return the line of all free seats but those to avoid."""
        known, line = self._last_line
        if known is not availability:
            line = self._line_of(availability.bits)
            self._last_line = availability, line
        positions = [self.position_of[seat] for seat in avoid if seat in self.position_of]
        return self._and(line, ~self._mask_at(positions)) if positions else line

    def ordinary(self, line):
        """Return the line without wheelchair spaces and their companions' seats."""
        known, ordinary = self._last_ordinary
        if known is not line:
            ordinary = self._and(line, self._ordinary)
            self._last_ordinary = line, ordinary
        return ordinary

    def of_categories(self, line, names):
        """Return the line with the seats of these categories only."""
        mask = 0
        for name in names:
            mask |= self._by_category.get(name, 0)
        return self._and(line, mask)

    def windows(self, quantity):
        """Return where `quantity` seats side by side can begin, the best seats first."""
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

    def goodness(self, start, end):
        """Return the sum of the goodness of the seats from `start` up to `end`; low is good."""
        return self._sums[end] - self._sums[start]

    def seat_at(self, position):
        return self.drawing.seats[self.seat_ids[position]]

    def _line_of(self, bits):
        source = "".join(
            bits.get(section.id, "").ljust(size, "0")[:size] for section, size in self._sizes
        )
        return "".join(self._pick(source + "00"))

    def _make_pick(self):
        """Return what puts the sections' bits, each in the order of its ordinals, into line."""
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

    def _mask_of(self, wanted):
        return self._mask_at(
            position
            for seat_id, position in self.position_of.items()
            if wanted(self.drawing.seats[seat_id])
        )

    def _mask_at(self, positions):
        characters = bytearray(b"0" * len(self.seat_ids))
        for position in positions:
            characters[position] = ord("1")
        return int(characters.decode(), 2)

    def _and(self, line, mask):
        return format(int(line, 2) & mask, f"0{len(line)}b")


def leaves_single(line, start, end):
    """Whether taking `start` up to `end` leaves one free seat alone at either side."""
    return (line[start - 1] == "1" and line[start - 2] == "0") or (
        line[end] == "1" and line[end + 1] == "0"
    )


_kept: dict[int, Layout] = {}
