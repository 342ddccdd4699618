"""The stage, labels and other shapes of a draft's document that are no outline of a section."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from venues.document_positions import flatten_zone
from venues.generate import label, stage
from venues.plan_format.conventions import split_zone_id
from venues.section_edits import is_section

Document = dict[str, Any]
STAGE = {"width": 400, "depth": 100}
TEXT_SIZE = 30


def shapes_of(document: Document) -> Iterator[tuple[Document, Document]]:
    """Yield each shape and its zone."""
    for zone in document["zones"]:
        settings = split_zone_id(zone.get("zone_id", ""))
        start = 1 if settings.outline or settings.is_standing else 0
        for area in zone.get("areas", [])[start:]:
            yield zone, area


def shape_values(zone: Document, area: Document) -> dict[str, Any]:
    """Return what a table shows of a shape: its text, position in the plan, size."""
    position = area.get("position") or {"x": 0, "y": 0}
    text, rectangle = area.get("text"), area.get("rectangle")
    inner = text["position"] if text else {"x": 0, "y": 0}
    return {
        "text": text and text["text"],
        "size": text and text.get("size", TEXT_SIZE),
        "width": rectangle and rectangle["width"],
        "height": rectangle and rectangle["height"],
        "x": zone["position"]["x"] + position["x"] + inner["x"],
        "y": zone["position"]["y"] + position["y"] + inner["y"],
    }


def change_shape(zone: Document, area: Document, values: dict[str, Any]) -> None:
    """Set what is given of `shape_values`."""
    flatten_zone(zone)
    now = shape_values(zone, area)
    position = area.setdefault("position", {"x": 0, "y": 0})
    for axis in ("x", "y"):
        if axis in values and values[axis] != now[axis]:
            position[axis] = round(position[axis] + values[axis] - now[axis], 2)
    for part, names in (("text", ("text", "size")), ("rectangle", ("width", "height"))):
        for name in names:
            if name in values and part in area and values[name] != now[name]:
                area[part][name] = values[name]


def remove_shape(zone: Document, area: Document) -> None:
    zone["areas"] = [one for one in zone["areas"] if one is not area]


def add_stage(document: Document) -> None:
    """Add a stage with its label at the middle of the upper edge."""
    at = (document["size"]["width"] / 2, 20 + STAGE["depth"])
    _drawing(document)["areas"] += stage(**STAGE, at=at, word=_("Stage"))


def add_text(document: Document, text: str) -> None:
    """Add a text in the middle of the plan."""
    size = document["size"]
    at = (size["width"] / 2, size["height"] / 2)
    _drawing(document)["areas"].append(label(text, at=at, size=TEXT_SIZE))


def _drawing(document: Document) -> Document:
    """Return the flat zone with the shapes of no section, which may be new."""
    for zone in document["zones"]:
        if not is_section(zone):
            flatten_zone(zone)
            zone.setdefault("areas", [])
            return zone
    zone = {
        "name": "Decoration",
        "zone_id": "decoration",
        "position": {"x": 0, "y": 0},
        "rows": [],
        "areas": [],
    }
    document["zones"].append(zone)
    return zone
