"""Areas of a plan file: what is drawn besides seats, and the outlines of sections."""

from math import cos, pi, radians, sin

from django.utils.translation import gettext as _

from venues.plan_format.colors import clean_color
from venues.plan_format.values import check_number, check_text

TEXT_SIZE = 16
# How many corners a circle gets as the outline of a section.
CORNERS = 48


def read_areas(areas, path, origin, faults, left_out):
    """A zone's areas in plan coordinates, each with one shape; a shape with a text becomes two.

    An area may leave out what shape it is: then the only one that is described counts. One without
    any is left out, and `left_out` is called with its path.
    """
    read = []
    for index, area in enumerate(areas):
        area_path = f"{path}.areas[{index}]"
        shape = _shape_of(area)
        if shape is None:
            left_out(area_path)
            continue
        read.append(_read_area(area, shape, area_path, origin, faults))
        if shape != "text" and area.get("text", {}).get("text", "").strip():
            read.append(_read_area(area, "text", area_path, origin, faults))
    return read


def outline_of(area):
    """The corners of a closed shape in plan coordinates, ((x, y), …); empty for a text."""
    corners = _corners(area)
    turn = radians(area.get("rotation", 0))
    if turn:
        corners = [
            (x * cos(turn) - y * sin(turn), x * sin(turn) + y * cos(turn)) for x, y in corners
        ]
    dx, dy = area["position"]["x"], area["position"]["y"]
    return tuple((x + dx, y + dy) for x, y in corners) if len(corners) > 2 else ()


def _shape_of(area):
    if "shape" in area:
        return area["shape"] if area["shape"] in area else None
    return next((shape for shape in _SHAPES if shape in area), None)


def _read_area(area, shape, path, origin, faults):
    position = area.get("position") or {"x": 0, "y": 0}
    x = check_number(position["x"], f"{path}.position.x", faults)
    y = check_number(position["y"], f"{path}.position.y", faults)
    read = {
        "shape": shape,
        # Checked again: two bearable numbers can make one that is not.
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


def _read_polygon(polygon, path, faults):
    return {
        "points": [
            _read_point(point, f"{path}.points[{index}]", faults)
            for index, point in enumerate(polygon["points"])
        ]
    }


def _read_rectangle(rectangle, path, faults):
    return {
        side: _length(rectangle[side], f"{path}.{side}", faults) for side in ("width", "height")
    }


def _read_ellipse(ellipse, path, faults):
    return {
        "radius": {
            axis: _length(ellipse["radius"][axis], f"{path}.radius.{axis}", faults)
            for axis in ("x", "y")
        }
    }


def _read_circle(circle, path, faults):
    return {"radius": _length(circle["radius"], f"{path}.radius", faults)}


def _read_text(text, path, faults):
    words = " ".join(text["text"].split())
    read = {
        "text": check_text(words, f"{path}.text", 200, faults, least=0),
        "position": _read_point(text["position"], f"{path}.position", faults),
        "size": _length(text.get("size", TEXT_SIZE), f"{path}.size", faults),
    }
    if color := clean_color(text.get("color", "")):
        read["color"] = color
    return read


_SHAPES = {
    "polygon": _read_polygon,
    "rectangle": _read_rectangle,
    "ellipse": _read_ellipse,
    "circle": _read_circle,
    "text": _read_text,
}


def _read_point(point, path, faults):
    return {axis: check_number(point[axis], f"{path}.{axis}", faults) for axis in ("x", "y")}


def _length(value, path, faults):
    length = check_number(value, path, faults)
    if length < 0:
        faults.add(path, _("this can't be less than 0"))
    return length


def _corners(area):
    """The corners of a shape around its own position."""
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
