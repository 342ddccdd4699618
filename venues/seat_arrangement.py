"""Align chosen seats of a draft's document, and distribute them evenly, as the editor does.

`static/js/plan-editor/geometry.js` has the same for the drawing.
"""

import re
from collections.abc import Collection, Sequence
from typing import Any

from venues.document_positions import flatten_zone
from venues.row_edits import drop_outline

Document = dict[str, Any]
Seats = Sequence[Document]
EDGES = ("y", "x", "left", "right", "top", "bottom")
RANGE = re.compile(r"(\d{1,6})\s*[-–]\s*(\d{1,6})")


def align(zone: Document, seats: Seats, edge: str) -> None:
    """Place seats of the section on one line: on their middle ("y", "x"), or at an edge of theirs.

    "y" and "top" give them one height, "x" and "left" one distance from the left.
    """
    flatten_zone(zone)
    axis = "x" if edge in ("x", "left", "right") else "y"
    values = [seat["position"][axis] for seat in seats]
    least, most = min(values), max(values)
    value = {"left": least, "top": least, "right": most, "bottom": most}.get(edge)
    for seat in seats:
        seat["position"][axis] = round((least + most) / 2 if value is None else value, 2)
    drop_outline(zone)


def distribute(zone: Document, seats: Seats) -> None:
    """Place seats of the section evenly on the line from the first to the last."""
    flatten_zone(zone)
    first, last = (seats[index]["position"].copy() for index in (0, -1))
    steps = max(len(seats) - 1, 1)
    for step, seat in enumerate(seats):
        for axis in ("x", "y"):
            value = first[axis] + (last[axis] - first[axis]) * step / steps
            seat["position"][axis] = round(value, 2)
    drop_outline(zone)


def seats_with(numbers: str, rows: Sequence[Seats]) -> list[Document]:
    """Return the seats of the rows that have these numbers, written as "1-4, 9".

    Raises LookupError with a part that no seat fits.
    """
    known = {seat["seat_number"] for seats in rows for seat in seats}
    wanted: set[str] = set()
    for part in filter(None, (part.strip() for part in numbers.split(","))):
        found = {part} & known or _within(part, known)
        if not found:
            raise LookupError(part)
        wanted |= found
    return [seat for seats in rows for seat in seats if seat["seat_number"] in wanted]


def _within(part: str, known: Collection[str]) -> set[str]:
    ends = RANGE.fullmatch(part)
    if ends is None:
        return set()
    first, last = sorted(map(int, ends.groups()))
    return {
        number
        for number in known
        if number.isascii() and number.isdigit() and first <= int(number) <= last
    }
