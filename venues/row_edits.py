"""Add a row behind the last one of a section, and a seat beside another, in a draft's document."""

from math import hypot
from typing import Any

from core.slugs import slug_of
from venues.document_positions import Point, flatten_zone
from venues.generate import ROW_PITCH, SEAT_PITCH
from venues.plan_format.conventions import join_category, split_category, split_zone_id
from venues.seat_builder import next_row_name

Document = dict[str, Any]
# Two neighbours that are further apart have an aisle between them.
AISLE_FROM = 1.8 * SEAT_PITCH
EVEN = 0.5


def drop_outline(zone: Document) -> None:
    """Remove the outline of a section with seats, so that it is computed around them."""
    slug, *settings = [part.strip() for part in zone.get("zone_id", "").split(";")]
    if "outline" in settings:
        zone["zone_id"] = ";".join([slug, *(s for s in settings if s != "outline")])
        zone["areas"] = zone.get("areas", [])[1:]


def add_row(document: Document, zone: Document) -> None:
    """Add a copy of the section's last row, one row further back, with the next name."""
    flatten_zone(zone)
    row = next_row(zone, taken=guids_of(document))
    zone["rows"].append(row)
    drop_outline(zone)


def next_row(zone: Document, *, taken: set[str]) -> Document:
    """Return a copy of the last row of a flat zone, one row further back, with the next name."""
    rows = [row for row in zone["rows"] if row["seats"]]
    name = next_row_name([row["row_number"] for row in rows])
    slug = split_zone_id(zone.get("zone_id", "")).slug
    seats = []
    for seat, (x, y) in zip(rows[-1]["seats"], _behind(rows), strict=True):
        guid = f"{slug[:40]}-{slug_of(name)[:20] or len(rows) + 1}-{seat['seat_number'][:20]}"
        seats.append(
            {
                "seat_guid": take_guid(guid, taken),
                "seat_number": seat["seat_number"],
                "position": {"x": round(x, 2), "y": round(y, 2)},
                "category": seat["category"],
            }
        )
    return {"row_number": name, "seats": seats}


def _behind(rows: list[Document]) -> list[Point]:
    """Return the points of the row behind the last one."""
    points = [[(s["position"]["x"], s["position"]["y"]) for s in row["seats"]] for row in rows[-3:]]
    last = points[-1]
    steps = [_shift(before, after) for before, after in zip(points, points[1:], strict=False)]
    if steps and steps[-1]:
        # Every second row may be staggered: then the next one is moved as the last but one was.
        dx, dy = steps[0] if len(steps) == 2 and steps[0] else steps[-1]
        return [(x + dx, y + dy) for x, y in last]
    if _turns_back(last):
        depth = max(y for _x, y in last) - min(y for _x, y in last)
        return [(x, y + depth + ROW_PITCH) for x, y in last]
    front = points[-2] if len(points) > 1 else None
    return _offset(last, front)


def _shift(before: list[Point], after: list[Point]) -> Point | None:
    """Return by how much a row is moved from the one before, if it has the same shape."""
    if len(before) != len(after):
        return None
    dx, dy = after[0][0] - before[0][0], after[0][1] - before[0][1]
    is_same = all(
        hypot(x1 - x0 - dx, y1 - y0 - dy) < EVEN
        for (x0, y0), (x1, y1) in zip(before, after, strict=True)
    )
    return (dx, dy) if is_same and hypot(dx, dy) > EVEN else None


def _turns_back(row: list[Point]) -> bool:
    """Return whether the row is a box, whose seats are in several lines: it has a sharp corner."""
    steps = [(x1 - x0, y1 - y0) for (x0, y0), (x1, y1) in zip(row, row[1:], strict=False)]
    return any(
        ax * bx + ay * by < hypot(ax, ay) * hypot(bx, by) / 2
        for (ax, ay), (bx, by) in zip(steps, steps[1:], strict=False)
    )


def _offset(row: list[Point], front: list[Point] | None) -> list[Point]:
    """Return the row moved back at right angles to itself, so that curved rows stay concentric."""
    pitch, side = ROW_PITCH, 1.0
    middle = len(row) // 2
    if front:
        nx, ny = _normal(row, middle)
        x, y = row[middle]
        fx, fy = min(front, key=lambda point: hypot(point[0] - x, point[1] - y))
        ahead = (x - fx) * nx + (y - fy) * ny
        side = -1.0 if ahead < 0 else 1.0
        if SEAT_PITCH / 2 < abs(ahead) < 3 * ROW_PITCH:
            pitch = abs(ahead)
    normals = [_normal(row, index) for index in range(len(row))]
    return [
        (x + side * pitch * nx, y + side * pitch * ny)
        for (x, y), (nx, ny) in zip(row, normals, strict=True)
    ]


def _normal(row: list[Point], index: int) -> Point:
    """Return the direction at right angles to the row at a seat; for a row from the left, down."""
    (x0, y0), (x1, y1) = row[max(index - 1, 0)], row[min(index + 1, len(row) - 1)]
    length = hypot(x1 - x0, y1 - y0)
    return (-(y1 - y0) / length, (x1 - x0) / length) if length else (0.0, 1.0)


def add_seat_at_end(document: Document, zone: Document, row: Document) -> None:
    """Add a seat after the last one of the row, with the next number."""
    flatten_zone(zone)
    number = str(_highest_number(row["seats"]) + 1)
    position = _beyond(row["seats"], len(row["seats"]) - 1)
    row["seats"].append(_new_seat(row["seats"][-1], number, position, guids_of(document)))
    drop_outline(zone)


def insert_seat(row: Document, index: int, *, before: bool, taken: set[str]) -> Document:
    """Insert a seat after the one at `index` of a flat zone's row, or before it; return it.

    It takes the room of an aisle or of a seat that is missing; otherwise the seats behind it move
    on, up to the next aisle.
    """
    seats = row["seats"][::-1] if before else row["seats"][:]
    at = len(seats) - 1 - index if before else index
    end = at
    while end + 1 < len(seats) and _gap(seats[end], seats[end + 1]) < AISLE_FROM:
        end += 1
    places = [seat["position"] for seat in seats[at + 1 : end + 1]]
    places.append(_beyond(seats, end, SEAT_PITCH * (-1 if before else 1)))
    number = _number_between(seats, at, {seat["seat_number"] for seat in seats})
    seat = _new_seat(seats[at], number, places[0], taken)
    for moved, place in zip(seats[at + 1 : end + 1], places[1:], strict=True):
        moved["position"] = place
    seats.insert(at + 1, seat)
    row["seats"] = seats[::-1] if before else seats
    return seat


def _gap(one: Document, other: Document) -> float:
    a, b = one["position"], other["position"]
    return hypot(a["x"] - b["x"], a["y"] - b["y"])


def _beyond(seats: list[Document], index: int, alone: float = SEAT_PITCH) -> dict[str, float]:
    """Return the place of a seat behind the one at `index`, as the row goes on.

    `alone` is how far to the right it is in a row of one seat.
    """
    start, end = (index - 1, index) if index else (0, min(1, len(seats) - 1))
    x, y = seats[index]["position"]["x"], seats[index]["position"]["y"]
    dx, dy = alone, 0.0
    if gap := _gap(seats[start], seats[end]):
        part = 1 if gap < AISLE_FROM else SEAT_PITCH / gap
        dx = (seats[end]["position"]["x"] - seats[start]["position"]["x"]) * part
        dy = (seats[end]["position"]["y"] - seats[start]["position"]["y"]) * part
    return {"x": round(x + dx, 2), "y": round(y + dy, 2)}


def _number_between(seats: list[Document], at: int, taken: set[str]) -> str:
    """Return a free number: the one that is missing behind the seat, or its own with a letter."""
    numbers = [_number(seat) for seat in seats]
    steps = [
        abs(b - a)
        for a, b in zip(numbers, numbers[1:], strict=False)
        if a is not None and b is not None and a != b
    ]
    step = min(steps, default=1)
    own = numbers[at]
    if own is not None and at + 1 < len(seats):
        following = numbers[at + 1]
        if following is not None and abs(following - own) > step:
            free = str(own + step if following > own else own - step)
            if free not in taken:
                return free
    elif own is not None and (free := _number_beyond(numbers, at, step)) and free not in taken:
        return free
    base = seats[at]["seat_number"][:36]
    letters = (f"{base}{letter}" for letter in "abcdefghijklmnopqrstuvwxyz")
    return next((text for text in letters if text not in taken), f"{base}+")


def _number_beyond(numbers: list[int | None], at: int, step: int) -> str:
    own, before = numbers[at], numbers[at - 1] if at else None
    if own is None:
        return ""
    number = own - step if before is not None and before > own else own + step
    return str(number) if number > 0 else ""


def _number(seat: Document) -> int | None:
    text = seat["seat_number"]
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None


def _highest_number(seats: list[Document]) -> int:
    return max((_number(seat) or 0 for seat in seats), default=0)


def _new_seat(like: Document, number: str, position: dict[str, float], taken: set[str]) -> Document:
    return {
        "seat_guid": take_guid(f"{like['seat_guid'][:80]}-{number[:10]}", taken),
        "seat_number": number,
        "position": position,
        "category": join_category(split_category(like["category"])[0], "ordinary"),
    }


def guids_of(document: Document) -> set[str]:
    return {
        seat["seat_guid"]
        for zone in document["zones"]
        for row in zone["rows"]
        for seat in row["seats"]
    }


def take_guid(guid: str, taken: set[str]) -> str:
    """Return `guid`, or a free one like it, and add it to those that are taken."""
    free, number = guid, 1
    while free in taken:
        number += 1
        free = f"{guid}-{number}"
    taken.add(free)
    return free
