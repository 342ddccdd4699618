"""Move, rotate, mirror, copy and reorder the sections of a draft's document."""

from collections.abc import Callable, Iterable
from copy import deepcopy
from math import cos, radians, sin
from typing import Any

from core.slugs import free_slug
from venues.document_positions import Point, flatten_zone, zone_points
from venues.plan_format.areas import area_points
from venues.plan_format.conventions import split_zone_id
from venues.row_edits import drop_outline, guids_of, take_guid

Document = dict[str, Any]
Change = Callable[[float, float], Point]
# Between a section and its copy.
GAP = 48.0


def move(zone: Document, row: Document | None, dx: float, dy: float) -> None:
    """Move a section, or only one of its rows."""
    _place(zone, row, lambda x, y: (x + dx, y + dy))


def rotate(zone: Document, row: Document | None, degrees: float) -> None:
    """Rotate a section, or only one of its rows, clockwise about its middle."""
    turn = radians(degrees)
    left, top, right, bottom = _bounds(_points(zone, row))
    x0, y0 = (left + right) / 2, (top + bottom) / 2

    def turned(x: float, y: float) -> Point:
        dx, dy = x - x0, y - y0
        return x0 + dx * cos(turn) - dy * sin(turn), y0 + dx * sin(turn) + dy * cos(turn)

    _place(zone, row, turned)


def mirror(zone: Document) -> None:
    """Exchange the left and the right of a section."""
    left, _top, right, _bottom = _bounds(_points(zone, None))
    _place(zone, None, lambda x, y: (left + right - x, y))


def duplicate(document: Document, zone: Document, *, mirrored: bool = False) -> Document:
    """Copy a section to the right of itself, with a free name and new GUIDs; return the copy."""
    flatten_zone(zone)
    copy = deepcopy(zone)
    old, *settings = zone.get("zone_id", "").partition(";")
    slugs = {split_zone_id(one.get("zone_id", "")).slug for one in document["zones"]}
    slug = free_slug(old, fallback="section", most=60, is_taken=slugs)
    copy["zone_id"] = "".join([slug, *settings])
    copy["areas"] = copy.get("areas", [])[: 1 if _has_outline(copy) else 0]
    copy["name"] = _free_name(zone.get("name") or slug, document)
    copy.pop("uuid", None)
    taken = guids_of(document)
    for row in copy["rows"]:
        row.pop("uuid", None)
        for seat in row["seats"]:
            seat.pop("uuid", None)
            seat["seat_guid"] = take_guid(f"{slug[:40]}-{seat['seat_guid'][:50]}", taken)
    left, _top, right, _bottom = _bounds(_points(copy, None))
    if mirrored:
        mirror(copy)
    move(copy, None, right - left + GAP, 0)
    document["zones"].insert(document["zones"].index(zone) + 1, copy)
    return copy


def move_up(document: Document, zone: Document) -> None:
    """Exchange a section with the section before it, in the order of the list."""
    zones = document["zones"]
    at = next(index for index, one in enumerate(zones) if one is zone)
    for before in range(at - 1, -1, -1):
        if is_section(zones[before]):
            zones[before], zones[at] = zones[at], zones[before]
            return


def is_section(zone: Document) -> bool:
    """Return whether the zone has seats or standing places, and not only shapes."""
    return bool(zone["rows"]) or split_zone_id(zone.get("zone_id", "")).is_standing


def _place(zone: Document, row: Document | None, change: Change) -> None:
    """Give the seats and the outline new positions. What belongs to one row has no outline."""
    flatten_zone(zone)
    for one in zone["rows"] if row is None else [row]:
        for seat in one["seats"]:
            seat["position"] = _point(*change(*_xy(seat["position"])))
    if row is not None:
        drop_outline(zone)
    elif _has_outline(zone):
        corners = [change(x, y) for x, y in area_points(zone["areas"][0])]
        zone["areas"][0] = {
            "shape": "polygon",
            "position": {"x": 0, "y": 0},
            "polygon": {"points": [_point(x, y) for x, y in corners]},
        }


def _has_outline(zone: Document) -> bool:
    settings = split_zone_id(zone.get("zone_id", ""))
    return bool(zone.get("areas")) and (settings.outline or settings.is_standing)


def _points(zone: Document, row: Document | None) -> list[Point]:
    flatten_zone(zone)
    if row is not None:
        return [_xy(seat["position"]) for seat in row["seats"]]
    seats = [_xy(seat["position"]) for one in zone["rows"] for seat in one["seats"]]
    return seats or list(zone_points(zone))


def _bounds(points: Iterable[Point]) -> tuple[float, float, float, float]:
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _xy(position: dict[str, float]) -> Point:
    return position["x"], position["y"]


def _point(x: float, y: float) -> dict[str, float]:
    return {"x": round(x, 2), "y": round(y, 2)}


def _free_name(name: str, document: Document) -> str:
    taken = {zone.get("name") for zone in document["zones"]}
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name[:70]} {number}"
    return free
