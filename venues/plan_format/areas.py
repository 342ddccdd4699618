"""The areas of a plan file: shapes, labels and the outlines of sections."""

from collections.abc import Callable, Mapping, Sequence
from math import cos, pi, radians, sin
from typing import Any

from django.utils.translation import gettext as _

from venues.plan_format.faults import Faults
from venues.plan_format.values import check_number, check_text, clean_color

TEXT_SIZE = 16
# The number of corners of a circle as the outline of a section.
CORNERS = 48

Area = dict[str, Any]
Point = tuple[float, float]


def read_areas(
    areas: Sequence[Area],
    path: str,
    origin: Point,
    faults: Faults,
    on_skipped: Callable[[str], None],
) -> list[Area]:
    """Return a zone's areas in plan coordinates, each with one shape; text in a shape is split off.

    If an area does not name its shape, the first one that it describes counts. An area without any
    is skipped, and `on_skipped` is called with its path.
    """
    read: list[Area] = []
    for index, area in enumerate(areas):
        area_path = f"{path}.areas[{index}]"
        shape = _shape_of(area)
        if shape is None:
            on_skipped(area_path)
            continue
        read.append(_read_area(area, shape, area_path, origin, faults))
        if shape != "text" and area.get("text", {}).get("text", "").strip():
            read.append(_read_area(area, "text", area_path, origin, faults))
    return read


def outline_of(area: Area) -> tuple[Point, ...]:
    """Return the corners of a closed shape in plan coordinates; none for a text."""
    corners = _corners(area)
    turn = radians(area.get("rotation", 0))
    if turn:
        corners = [
            (x * cos(turn) - y * sin(turn), x * sin(turn) + y * cos(turn)) for x, y in corners
        ]
    dx, dy = area["position"]["x"], area["position"]["y"]
    return tuple((x + dx, y + dy) for x, y in corners) if len(corners) > 2 else ()


def area_points(area: Area) -> tuple[Point, ...]:
    """Return the corners of a shape in its zone, or the place of a text, of a file as it is."""
    shape = _shape_of(area)
    if shape is None:
        return ()
    placed: Area = {"position": {"x": 0, "y": 0}} | area | {"shape": shape}
    if shape != "text":
        return outline_of(placed)
    position, inner = placed["position"], area["text"]["position"]
    return ((position["x"] + inner["x"], position["y"] + inner["y"]),)


def _shape_of(area: Area) -> str | None:
    if "shape" in area:
        return area["shape"] if area["shape"] in area else None
    return next((shape for shape in _SHAPES if shape in area), None)


def _read_area(area: Area, shape: str, path: str, origin: Point, faults: Faults) -> Area:
    position = area.get("position") or {"x": 0, "y": 0}
    x = check_number(position["x"], f"{path}.position.x", faults)
    y = check_number(position["y"], f"{path}.position.y", faults)
    read: Area = {
        "shape": shape,
        # Checked again, as the sum of two valid numbers may be too large.
        "position": {
            "x": check_number(origin[0] + x, f"{path}.position.x", faults),
            "y": check_number(origin[1] + y, f"{path}.position.y", faults),
        },
        shape: _SHAPES[shape](area[shape], f"{path}.{shape}", faults),
    }
    for name in ("color", "border_color"):
        color = clean_color(area.get(name, ""))
        if color and shape != "text":
            read[name] = color
    if area.get("rotation"):
        read["rotation"] = check_number(area["rotation"], f"{path}.rotation", faults)
    return read


def _read_polygon(polygon: Area, path: str, faults: Faults) -> Area:
    return {
        "points": [
            _read_point(point, f"{path}.points[{index}]", faults)
            for index, point in enumerate(polygon["points"])
        ]
    }


def _read_rectangle(rectangle: Area, path: str, faults: Faults) -> Area:
    return {
        side: _length(rectangle[side], f"{path}.{side}", faults) for side in ("width", "height")
    }


def _read_ellipse(ellipse: Area, path: str, faults: Faults) -> Area:
    return {
        "radius": {
            axis: _length(ellipse["radius"][axis], f"{path}.radius.{axis}", faults)
            for axis in ("x", "y")
        }
    }


def _read_circle(circle: Area, path: str, faults: Faults) -> Area:
    return {"radius": _length(circle["radius"], f"{path}.radius", faults)}


def _read_text(text: Area, path: str, faults: Faults) -> Area:
    content = " ".join(text["text"].split())
    read: Area = {
        "text": check_text(content, f"{path}.text", 200, faults, least=0),
        "position": _read_point(text["position"], f"{path}.position", faults),
        "size": _length(text.get("size", TEXT_SIZE), f"{path}.size", faults),
    }
    if color := clean_color(text.get("color", "")):
        read["color"] = color
    return read


_SHAPES: Mapping[str, Callable[[Area, str, Faults], Area]] = {
    "polygon": _read_polygon,
    "rectangle": _read_rectangle,
    "ellipse": _read_ellipse,
    "circle": _read_circle,
    "text": _read_text,
}


def _read_point(point: Area, path: str, faults: Faults) -> dict[str, float]:
    return {axis: check_number(point[axis], f"{path}.{axis}", faults) for axis in ("x", "y")}


def _length(value: float, path: str, faults: Faults) -> float:
    length = check_number(value, path, faults)
    if length < 0:
        faults.add(path, _("must not be negative"))
    return length


def _corners(area: Area) -> list[Point]:
    """Return the corners of a shape, relative to its position."""
    shape = area["shape"]
    if shape == "polygon":
        return [(point["x"], point["y"]) for point in area["polygon"]["points"]]
    if shape == "rectangle":
        width, height = area["rectangle"]["width"], area["rectangle"]["height"]
        return [(0, 0), (width, 0), (width, height), (0, height)]
    if shape == "text":
        return []
    radius = area[shape]["radius"]
    rx, ry = (radius["x"], radius["y"]) if shape == "ellipse" else (radius, radius)
    angles = [2 * pi * corner / CORNERS for corner in range(CORNERS)]
    return [(rx * cos(angle), ry * sin(angle)) for angle in angles]
