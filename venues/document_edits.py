"""Edits of a draft's document from tables: sections, rows and seats by their index.

The functions change the document in place. They take what was entered, and `check_document` judges
the result.
"""

from collections.abc import Mapping
from math import hypot
from typing import Any

from venues.drafts import SectionDraft
from venues.generate import ROW_PITCH, SEAT_PITCH
from venues.plan_format import section_zone
from venues.plan_format.conventions import (
    KIND_NAMES,
    join_category,
    join_zone_id,
    split_category,
    split_zone_id,
)
from venues.plan_format.values import default_color

Document = dict[str, Any]


def category_names(document: Document) -> list[str]:
    """Return the price categories, without those that only differ in the kind of seat."""
    names = (split_category(category["name"])[0] for category in document["categories"])
    return list(dict.fromkeys(names))


def add_category(document: Document, name: str) -> None:
    """Add a price category in the next colour, unless there is one of this name."""
    names = category_names(document)
    if name not in names:
        color = default_color(len(names))
        document["categories"].append({"name": name, "color": color})


def list_used_kinds(document: Document) -> None:
    """List each category of a seat, such as “Stalls (companion)”, among the categories."""
    known = {category["name"]: category.get("color", "") for category in document["categories"]}
    for zone in document["zones"]:
        for row in zone["rows"]:
            for seat in row["seats"]:
                full = seat["category"]
                base = split_category(full)[0]
                if full not in known and base in known:
                    known[full] = known[base]
                    document["categories"].append({"name": full, "color": known[base]})


def add_section(document: Document, section: SectionDraft) -> None:
    """Add a section, and its price categories; the plan grows with it."""
    for name in {seat.category for seat in section.seats} | {section.category} - {""}:
        add_category(document, name)
    document["zones"].append(section_zone(section))
    list_used_kinds(document)
    points = [(seat.x, seat.y) for seat in section.seats] + list(section.outline)
    _shift(document, min(x for x, _y in points), min(y for _x, y in points))
    grow(document)


def _shift(document: Document, left: float, top: float) -> None:
    """Move everything, if a section begins left of the plan or above it."""
    dx, dy = max(0, round(40 - left)) if left < 0 else 0, max(0, round(40 - top)) if top < 0 else 0
    if not dx and not dy:
        return
    for zone in document["zones"]:
        zone["position"]["x"] += dx
        zone["position"]["y"] += dy


def grow(document: Document) -> None:
    """Make the plan large enough for all seats."""
    size = document["size"]
    for zone in document["zones"]:
        zx, zy = zone["position"]["x"], zone["position"]["y"]
        for row in zone["rows"]:
            origin = row.get("position") or {"x": 0, "y": 0}
            for seat in row["seats"]:
                x = zx + origin["x"] + seat["position"]["x"]
                y = zy + origin["y"] + seat["position"]["y"]
                size["width"] = max(size["width"], int(x) + 40)
                size["height"] = max(size["height"], int(y) + 40)


def set_standing(zone: Document, *, capacity: int, category: str) -> None:
    """Set the capacity and category of a standing zone."""
    settings = split_zone_id(zone.get("zone_id", ""))
    section = SectionDraft(name="", slug=settings.slug, standing=capacity, category=category)
    zone["zone_id"] = join_zone_id(section)


def set_seat(
    seat: Document,
    *,
    number: str | None = None,
    category: str | None = None,
    kind: str | None = None,
) -> None:
    """Set what is given of a seat."""
    base, its_kind = split_category(seat["category"])
    if number is not None:
        seat["seat_number"] = number
    if kind is None or (kind not in KIND_NAMES and kind != "ordinary"):
        kind = its_kind
    seat["category"] = join_category(category or base, kind)


def set_row(row: Document, *, category: str = "", kind: str = "") -> None:
    """Set the category or the kind of all seats of a row."""
    for seat in row["seats"]:
        set_seat(seat, category=category or None, kind=kind or None)


def add_seat(document: Document, zone: Document, row: Document) -> None:
    """Add a seat after the last one of the row, with the next number."""
    seats = row["seats"]
    last = seats[-1]
    dx, dy = SEAT_PITCH, 0.0
    if len(seats) > 1:
        before = seats[-2]["position"]
        dx, dy = last["position"]["x"] - before["x"], last["position"]["y"] - before["y"]
        if hypot(dx, dy) > 2 * SEAT_PITCH or not hypot(dx, dy):
            dx, dy = SEAT_PITCH, 0.0
    number = str(_highest_number(seats) + 1)
    seats.append(
        {
            "seat_guid": _free_guid(document, f"{last['seat_guid'][:80]}-{number}"),
            "seat_number": number,
            "position": {
                "x": round(last["position"]["x"] + dx, 2),
                "y": round(last["position"]["y"] + dy, 2),
            },
            "category": join_category(split_category(last["category"])[0], "ordinary"),
        }
    )
    add_category(document, split_category(last["category"])[0])
    grow(document)


def _highest_number(seats: list[Document]) -> int:
    numbers = [seat["seat_number"] for seat in seats]
    return max([int(n) for n in numbers if n.isascii() and n.isdigit() and len(n) < 7], default=0)


def _free_guid(document: Document, guid: str) -> str:
    taken = {
        seat["seat_guid"]
        for zone in document["zones"]
        for row in zone["rows"]
        for seat in row["seats"]
    }
    free, number = guid, 1
    while free in taken:
        number += 1
        free = f"{guid}-{number}"
    return free


def is_standing(zone: Mapping[str, Any]) -> bool:
    return split_zone_id(zone.get("zone_id", "")).is_standing


def default_place(document: Document) -> dict[str, float]:
    """Return a free point for the next section: the middle, below all that is there."""
    bottom = 100.0
    for zone in document["zones"]:
        for row in zone["rows"]:
            bottom = max([bottom, *(seat["position"]["y"] for seat in row["seats"])])
        for area in zone.get("areas", []):
            for point in area.get("polygon", {}).get("points", []):
                bottom = max(bottom, point["y"])
    return {"x": document["size"]["width"] / 2, "y": round(bottom + 2 * ROW_PITCH)}
