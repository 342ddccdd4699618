"""Edits of a draft's document from tables: sections, rows and seats by their index.

The functions change the document in place. They take what was entered, and `check_document` judges
the result.
"""

from collections.abc import Mapping
from typing import Any

from venues.document_positions import keep_inside
from venues.drafts import SectionDraft
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


def change_category(document: Document, name: str, *, new_name: str, color: str) -> None:
    """Rename a price category and set its colour, for all kinds of seats that it has."""
    new_name = split_category(new_name)[0]
    for category in document["categories"]:
        base, kind = split_category(category["name"])
        if base == name:
            category["name"] = join_category(new_name, kind)
            category["color"] = color
    if new_name == name:
        return
    for zone in document["zones"]:
        settings = split_zone_id(zone.get("zone_id", ""))
        if settings.is_standing and settings.category == name:
            set_standing(zone, capacity=int(settings.capacity or 1), category=new_name)
        for row in zone["rows"]:
            for seat in row["seats"]:
                if split_category(seat["category"])[0] == name:
                    set_seat(seat, category=new_name)


def remove_category(document: Document, name: str) -> None:
    """Remove a price category that no seat has."""
    document["categories"] = [
        category
        for category in document["categories"]
        if split_category(category["name"])[0] != name
    ]


def used_categories(document: Document) -> set[str]:
    """Return the names of the price categories that have seats or standing places."""
    used = {
        split_category(seat["category"])[0]
        for zone in document["zones"]
        for row in zone["rows"]
        for seat in row["seats"]
    }
    standing = (split_zone_id(zone.get("zone_id", "")) for zone in document["zones"])
    return used | {settings.category for settings in standing if settings.is_standing}


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
    keep_inside(document)


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


def is_standing(zone: Mapping[str, Any]) -> bool:
    return split_zone_id(zone.get("zone_id", "")).is_standing
