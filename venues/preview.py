"""Preview a seating plan for staff as an SVG, compact enough for large halls."""

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from django.template.loader import render_to_string

from venues.drafts import PlanDraft, SeatDraft, SectionDraft
from venues.models import Seat
from venues.plan_format.areas import TEXT_SIZE

DOT = 19
MARK = 8


def plan_svg(draft: PlanDraft) -> str:
    """Return the SVG of a draft as safe HTML; it fills the available width."""
    colors = {category["name"]: category["color"] for category in draft.categories}
    return render_to_string(
        "venues/_preview.svg",
        {
            "plan": draft,
            "decoration": [_shape(area) for area in draft.decoration],
            "sections": [_section(section, colors, draft.width) for section in draft.sections],
            "dots": _dots(draft.seats, colors),
            "dot": DOT,
            "mark": MARK,
        },
    )


def legend(draft: PlanDraft) -> list[dict[str, Any]]:
    """Return the plan's categories with their colours and numbers of places, in order."""
    places = dict.fromkeys((category["name"] for category in draft.categories), 0)
    for section in draft.sections:
        if section.standing:
            places[section.category] += section.standing
    for seat in draft.seats:
        places[seat.category] += 1
    return [category | {"places": places[category["name"]]} for category in draft.categories]


def _section(section: SectionDraft, colors: Mapping[str, str], plan_width: int) -> dict[str, Any]:
    points = [(seat.x, seat.y) for seat in section.seats] or section.outline
    xs, ys = zip(*section.outline or points, strict=True)
    fitting = (max(xs) - min(xs)) / max(len(section.name), 4) * 1.2
    return {
        "name": section.name,
        "standing": section.standing,
        "capacity": section.capacity,
        "color": colors.get(section.category, ""),
        "points": " ".join(f"{x:g},{y:g}" for x, y in section.outline),
        "x": round(fmean(x for x, _y in points)),
        "y": round(fmean(y for _x, y in points)),
        "size": round(min(max(fitting, plan_width / 90), plan_width / 30)),
    }


def _dots(seats: Sequence[SeatDraft], colors: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return one path of dots, which are zero-length lines, for all seats that look alike."""
    paths: dict[tuple[str, str], list[str]] = {}
    for seat in seats:
        paths.setdefault((colors[seat.category], str(seat.kind)), []).append(
            f"M{round(seat.x)} {round(seat.y)}h0"
        )
    return [
        {
            "color": color,
            "path": "".join(points),
            "marked": kind in (Seat.Kind.WHEELCHAIR, Seat.Kind.COMPANION),
            "restricted": kind == Seat.Kind.RESTRICTED,
        }
        for (color, kind), points in paths.items()
    ]


def _shape(area: Mapping[str, Any]) -> dict[str, Any]:
    """Return an area as the template needs it, with absolute coordinates."""
    x, y = area["position"]["x"], area["position"]["y"]
    shape = {"shape": area["shape"], "fill": area.get("color"), "stroke": area.get("border_color")}
    if area.get("rotation"):
        shape["turn"] = f"rotate({area['rotation']:g} {x:g} {y:g})"
    if area["shape"] == "polygon":
        points = area["polygon"]["points"]
        shape["points"] = " ".join(f"{p['x'] + x:g},{p['y'] + y:g}" for p in points)
    elif area["shape"] == "rectangle":
        shape |= {"x": x, "y": y} | area["rectangle"]
    elif area["shape"] == "text":
        text = area["text"]
        shape |= {
            "x": x + text["position"]["x"],
            "y": y + text["position"]["y"],
            "text": text["text"],
            "size": text.get("size", TEXT_SIZE),
            "fill": text.get("color"),
        }
    else:
        radius = area[area["shape"]]["radius"]
        both = radius if isinstance(radius, dict) else {"x": radius, "y": radius}
        shape |= {"x": x, "y": y, "rx": both["x"], "ry": both["y"]}
    return shape
