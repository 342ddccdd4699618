"""Write a draft as a plan file in the open format."""

import json
from itertools import groupby
from typing import Any

from venues.drafts import PlanDraft, SeatDraft, SectionDraft
from venues.plan_format.conventions import join_category, join_zone_id
from venues.plan_format.values import tidy


def write_plan(draft: PlanDraft) -> bytes:
    """Return the plan file of a draft. Reading it returns an equal draft."""
    return json.dumps(plan_document(draft), ensure_ascii=False, indent=1).encode() + b"\n"


def plan_document(draft: PlanDraft) -> dict[str, Any]:
    """Return the plan file of a draft as plain values, which follow the schema strictly.

    Raises ValueError for a seat whose category the draft does not list.
    """
    zones = [section_zone(section) for section in draft.sections]
    if draft.decoration:
        areas = [_tidy(area) for area in draft.decoration]
        zones.append(
            {
                "name": "Decoration",
                "zone_id": "decoration",
                "position": {"x": 0, "y": 0},
                "rows": [],
                "areas": areas,
            }
        )
    return {
        "name": draft.name,
        "size": {"width": draft.width, "height": draft.height},
        "categories": _categories(draft),
        "zones": zones,
    }


def _categories(draft: PlanDraft) -> list[dict[str, str]]:
    colors = {category["name"]: category["color"] for category in draft.categories}
    names: dict[str, None] = dict.fromkeys(colors)
    for seat in draft.seats:
        names.setdefault(join_category(seat.category, seat.kind))
        if seat.category not in colors:
            raise ValueError(f"There is no category “{seat.category}”.")
    base = {join_category(seat.category, seat.kind): seat.category for seat in draft.seats}
    return [{"name": name, "color": colors[base.get(name, name)]} for name in names]


def section_zone(section: SectionDraft) -> dict[str, Any]:
    """Return a section as a zone of the plan file."""
    zone: dict[str, Any] = {
        "name": section.name,
        "zone_id": join_zone_id(section),
        "position": {"x": 0, "y": 0},
        "rows": [
            {"row_number": row, "seats": [_seat(seat) for seat in seats]}
            for row, seats in groupby(section.seats, key=lambda seat: seat.row)
        ],
    }
    if section.outline:
        zone["areas"] = [
            {
                "shape": "polygon",
                "position": {"x": 0, "y": 0},
                "polygon": {"points": [{"x": tidy(x), "y": tidy(y)} for x, y in section.outline]},
            }
        ]
    return zone


def _seat(seat: SeatDraft) -> dict[str, Any]:
    return {
        "seat_guid": seat.guid,
        "seat_number": seat.number,
        "position": {"x": tidy(seat.x), "y": tidy(seat.y)},
        "category": join_category(seat.category, seat.kind),
    }


def _tidy(value: Any) -> Any:
    if isinstance(value, dict):
        # Sorted, as the database does not keep the order.
        return {key: _tidy(item) for key, item in sorted(value.items())}
    if isinstance(value, (list, tuple)):
        return [_tidy(item) for item in value]
    return value if isinstance(value, str) else tidy(value)
