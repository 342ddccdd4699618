"""Positions in a draft's document: flatten them, find free room, keep everything in the plan.

In a document, the positions of zone, row and seat add up, and so do those of zone and area.
"""

from collections.abc import Iterator
from typing import Any

from venues.generate import MARGIN, ROW_PITCH
from venues.plan_format.areas import area_points

Document = dict[str, Any]
Point = tuple[float, float]


def flatten_zone(zone: Document) -> None:
    """Give the zone's seats and areas positions in the plan, without changing where they are."""
    x, y = _pop_position(zone)
    zone["position"] = {"x": 0, "y": 0}
    for row in zone["rows"]:
        dx, dy = _pop_position(row)
        for seat in row["seats"]:
            move_by(seat, x + dx, y + dy)
    for area in zone.get("areas", []):
        move_by(area, x, y)


def _pop_position(item: Document) -> Point:
    position = item.pop("position", None) or {"x": 0, "y": 0}
    return position["x"], position["y"]


def move_by(item: Document, dx: float, dy: float) -> None:
    """Move a seat or an area."""
    if dx or dy:
        position = item.get("position") or {"x": 0, "y": 0}
        item["position"] = {"x": round(position["x"] + dx, 2), "y": round(position["y"] + dy, 2)}


def points_of(document: Document) -> Iterator[Point]:
    """Yield the positions in the plan of all seats, corners of areas, and texts."""
    for zone in document["zones"]:
        yield from zone_points(zone)


def zone_points(zone: Document) -> Iterator[Point]:
    """Yield the positions in the plan of the zone's seats, corners of areas, and texts."""
    x, y = zone["position"]["x"], zone["position"]["y"]
    for row in zone["rows"]:
        origin = row.get("position") or {"x": 0, "y": 0}
        for seat in row["seats"]:
            position = seat["position"]
            yield x + origin["x"] + position["x"], y + origin["y"] + position["y"]
    for area in zone.get("areas", []):
        for dx, dy in area_points(area):
            yield x + dx, y + dy


def default_place(document: Document) -> dict[str, float]:
    """Return a free point for the next section: the middle, below all that is there."""
    bottom = max([100.0, *(y for _x, y in points_of(document))])
    return {"x": document["size"]["width"] / 2, "y": round(bottom + 2 * ROW_PITCH)}


def keep_inside(document: Document) -> None:
    """Make the plan large enough; if something is left of it or above, move everything."""
    points = list(points_of(document))
    if not points:
        return
    left, top = min(x for x, _y in points), min(y for _x, y in points)
    dx = round(MARGIN - left) if left < 0 else 0
    dy = round(MARGIN - top) if top < 0 else 0
    for zone in document["zones"]:
        move_by(zone, dx, dy)
    size = document["size"]
    size["width"] = max(size["width"], int(max(x for x, _y in points) + dx + MARGIN))
    size["height"] = max(size["height"], int(max(y for _x, y in points) + dy + MARGIN))
