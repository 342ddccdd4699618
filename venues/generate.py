"""Generate seating plans from straight and curved rows, boxes, bowls and standing areas.

Each function returns one section of a draft (`bowl` several), and `assemble` joins them to a plan.
Lengths are in the plan's unit; neighbouring seats are SEAT_PITCH apart. Positions have any origin,
usually the middle of the stage's front edge, with x to the right and y away from the stage;
`assemble` moves everything into the plan. Angles are in degrees as seen from the stage: 0 is
straight ahead, 90 to the right of the plan, 180 behind the stage.

    assemble(
        "Chamber hall",
        decoration=stage(width=300, depth=100),
        categories={"Stalls": "#0072b2", "Gallery": "#d55e00"},
        sections=[
            straight("Stalls", category="Stalls", rows=12, seats=[8, 8], at=(0, 60)),
            curved("Gallery", category="Gallery", rows=3, centre=(0, -300), radius=800,
                   wedges=[(-20, -1), (1, 20)]),
        ],
    )
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import cos, degrees, radians, sin
from typing import Any

from core.slugs import slug_of
from venues.drafts import PlanDraft, SectionDraft
from venues.outlines import arc_outline, on_circle, padded_hull
from venues.seat_builder import build_section

SEAT_PITCH = 24.0
ROW_PITCH = 30.0
AISLE = 34.0
MARGIN = 40.0
CORNER = "corner"
STAGE_COLOR = "#3b3b3b"
STAGE_TEXT_COLOR = "#ffffff"
FURNITURE_COLOR = "#d9d4c7"
LABEL_COLOR = "#555555"


Point = tuple[float, float]
Area = dict[str, Any]
# The seats of a block, or (in the first row, in the last row).
Block = int | tuple[int, int]
Category = str | Sequence[tuple[str, int | None]]


def straight(
    name: str,
    *,
    category: Category,
    rows: int,
    seats: int | Sequence[Block],
    at: Point = (0, 0),
    angle: float = 0,
    aisle: float = AISLE,
    row_pitch: float = ROW_PITCH,
    staggered: bool = False,
    **options: Any,
) -> SectionDraft:
    """Return a section of straight rows; `at` is the middle of the first, `angle` its direction.

    `seats` is the number of seats in a row, or a list of numbers with an aisle between each two; a
    number may be a pair for the first and the last row: `[(6, 10), 12, (6, 10)]`. In `staggered`
    rows every second one is moved by half a seat, so that people look between heads. `options` are
    those of `build_section`: the naming of rows and seats, and the special seats.
    """
    away, along = _directions(angle)
    points = [
        [
            (at[0] + away[0] * depth + along[0] * s, at[1] + away[1] * depth + along[1] * s)
            for s in _offsets(_blocks(seats, row, rows), aisle, _stagger(row, staggered))
        ]
        for row, depth in enumerate(row * row_pitch for row in range(rows))
    ]
    section = build_section(name, points, category, **options)
    return replace(section, outline=padded_hull([(s.x, s.y) for s in section.seats]))


def curved(
    name: str,
    *,
    category: Category,
    rows: int,
    radius: float,
    seats: int | Sequence[Block] | None = None,
    wedges: Sequence[tuple[float, float]] | None = None,
    centre: Point = (0, 0),
    angle: float = 0,
    aisle: float = AISLE,
    row_pitch: float = ROW_PITCH,
    staggered: bool = False,
    **options: Any,
) -> SectionDraft:
    """Return a section of rows around `centre`, the first at `radius`.

    Needs either `seats`, as for `straight`, or `wedges`, a list of angles (from, to) between radial
    aisles, filled with as many seats as fit.
    """
    arcs: list[tuple[float, list[float]]] = []
    for row in range(rows):
        r = radius + row * row_pitch
        if wedges is None:
            blocks = _blocks(seats or 0, row, rows)
            shift = _stagger(row, staggered)
            turns = [degrees(s / r) for s in _offsets(blocks, aisle, shift)]
        else:
            turns = [turn for wedge in wedges for turn in _wedge(wedge, r)]
        arcs.append((r, [angle + turn for turn in turns]))
    points = [[on_circle(centre, r, turn) for turn in turns] for r, turns in arcs]
    section = build_section(name, points, category, **options)
    return replace(section, outline=arc_outline(centre, arcs))


def boxes(
    name: str,
    *,
    category: Category,
    count: int,
    seats: int = 4,
    along: tuple[Point, Point],
    angle: float = 0,
    first: int = 1,
    word: str = "Box",
    slug: str | None = None,
    numbered: str = "left",
) -> SectionDraft:
    """Return a section of small boxes, evenly between two points, each a row such as “Box 1”.

    The seats of a box are in two lines but count as adjacent.
    """
    (x0, y0), (x1, y1) = along
    away, across = _directions(angle)
    front = (seats + 1) // 2
    places = [(s, 0.0) for s in _offsets([front], 0)]
    places += [(s, ROW_PITCH * 0.87) for s in reversed(_offsets([seats - front], 0))]
    points = []
    for box in range(count):
        part = box / (count - 1) if count > 1 else 0.5
        x, y = x0 + (x1 - x0) * part, y0 + (y1 - y0) * part
        points.append(
            [(x + across[0] * s + away[0] * d, y + across[1] * s + away[1] * d) for s, d in places]
        )
    section = build_section(
        name,
        points,
        category,
        row_naming=lambda row: f"{word} {first + row}",
        slug=slug,
        numbered=numbered,
    )
    return replace(section, outline=padded_hull([(s.x, s.y) for s in section.seats]))


def standing(
    name: str, *, category: str, capacity: int, outline: Iterable[Point], slug: str | None = None
) -> SectionDraft:
    """Return a standing section inside `outline`, a list of corners."""
    return SectionDraft(
        name=name,
        slug=slug or slug_of(name) or "section",
        standing=capacity,
        category=category,
        outline=tuple((float(x), float(y)) for x, y in outline),
    )


def bowl(
    *,
    first: int,
    rows: int,
    half_width: float,
    half_length: float,
    corner: float,
    category: str,
    end_category: str | None = None,
    sides: int = 5,
    corners: int = 4,
    ends: int = 1,
    open_corners: int = 2,
    spaces: Mapping[str, Sequence[int]] | None = None,
) -> list[SectionDraft]:
    """Return sections around an oval floor, numbered from `first`, starting left of the stage.

    The first row follows a rectangle of the given half sides with corners of radius `corner`.
    `sides`, `corners` and `ends` are the numbers of sections of each. The end with the stage is
    left open, and `open_corners` sections of the two corners beside it. `spaces` are the wheelchair
    spaces of the sections along the sides.
    """
    dx, dy = half_width - corner, half_length - corner
    lengths: dict[float, float] = {-90: 2 * dy / sides, 90: 2 * dy / sides, 0: 2 * dx / ends}
    wedge, gap = 90 / corners, degrees(AISLE / 2 / corner)
    far = end_category or category
    left = [(-90, (-half_width, y), category, spaces) for y in _middles(-dy, dy, sides)]
    right = [(90, (half_width, -at[1]), kind, extra) for _angle, at, kind, extra in left]
    # (angle, position, category, wheelchair spaces); the position of a corner is its centre.
    walk: list[tuple[float, Point, str, Any]] = [
        *((i * wedge - 180, (-dx, -dy), category, CORNER) for i in range(open_corners, corners)),
        *left,
        *((i * wedge - 90, (-dx, dy), far, CORNER) for i in range(corners)),
        *((0, (x, half_length), far, None) for x in _middles(-dx, dx, ends)),
        *((i * wedge, (dx, dy), far, CORNER) for i in range(corners)),
        *right,
        *((i * wedge + 90, (dx, -dy), category, CORNER) for i in range(corners - open_corners)),
    ]
    sections: list[SectionDraft] = []
    for number, (angle, at, its_category, special) in enumerate(walk, first):
        common: dict[str, Any] = {"category": its_category, "rows": rows, "angle": angle}
        if special is CORNER:
            arc: dict[str, Any] = {"radius": corner, "centre": at, "wedges": [(gap, wedge - gap)]}
            sections.append(curved(str(number), **arc, **common))
        else:
            seats = int((lengths[angle] - AISLE) / SEAT_PITCH)
            sections.append(straight(str(number), seats=seats, at=at, spaces=special, **common))
    return sections


def stage(*, width: float, depth: float, at: Point = (0, 0), word: str = "Stage") -> list[Area]:
    """Return the stage, `at` the middle of its front edge.

    `word` is its label, by which `venues.drawing.stage_focus` finds it.
    """
    x, y = at
    return [
        {
            "shape": "rectangle",
            "position": {"x": x - width / 2, "y": y - depth},
            "rectangle": {"width": width, "height": depth},
            "color": STAGE_COLOR,
            "border_color": STAGE_COLOR,
        },
        label(word, at=(x, y - depth / 2), size=min(depth / 3, 60), color=STAGE_TEXT_COLOR),
    ]


def furniture(word: str, *, width: float, depth: float, at: Point) -> list[Area]:
    """Return a labelled rectangle, such as a bar or a mixing desk, centred at `at`."""
    x, y = at
    return [
        {
            "shape": "rectangle",
            "position": {"x": x - width / 2, "y": y - depth / 2},
            "rectangle": {"width": width, "height": depth},
            "color": FURNITURE_COLOR,
            "border_color": FURNITURE_COLOR,
        },
        label(word, at=at, size=min(width, depth) / 3),
    ]


def label(word: str, *, at: Point, size: float = 24, color: str = LABEL_COLOR) -> Area:
    return {
        "shape": "text",
        "position": {"x": at[0], "y": at[1]},
        "text": {"text": word, "position": {"x": 0, "y": 0}, "size": size, "color": color},
    }


def rectangle(left: float, top: float, right: float, bottom: float) -> list[Point]:
    """Return the corners of a rectangle, for an outline."""
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def assemble(
    name: str,
    *,
    sections: Sequence[SectionDraft],
    categories: Mapping[str, str],
    decoration: Sequence[Area] = (),
    margin: float = MARGIN,
) -> PlanDraft:
    """Return the plan of these sections, moved into it with a margin around.

    `categories` maps each category's name to its colour, in the order of the legend.
    """
    xs, ys = zip(*_extent(sections, decoration), strict=True)
    dx, dy = margin - min(xs), margin - min(ys)
    return PlanDraft(
        name=name,
        width=int(max(xs) - min(xs) + 2 * margin) + 1,
        height=int(max(ys) - min(ys) + 2 * margin) + 1,
        categories=tuple({"name": n, "color": color} for n, color in categories.items()),
        sections=tuple(_moved(section, dx, dy) for section in sections),
        decoration=tuple(
            area
            | {
                "position": {
                    "x": round(area["position"]["x"] + dx, 2),
                    "y": round(area["position"]["y"] + dy, 2),
                }
            }
            for area in decoration
        ),
    )


def _blocks(seats: int | Sequence[Block], row: int, rows: int) -> list[int]:
    """Return the number of seats in each block of a row."""
    part = row / (rows - 1) if rows > 1 else 0
    return [
        round(block[0] + (block[1] - block[0]) * part) if isinstance(block, tuple) else block
        for block in ([seats] if isinstance(seats, int) else seats)
    ]


def _stagger(row: int, staggered: bool) -> float:
    return SEAT_PITCH / 2 if staggered and row % 2 else 0.0


def _offsets(blocks: Sequence[int], aisle: float, shift: float = 0.0) -> list[float]:
    """Return the positions of a row's seats relative to its middle, moved by `shift`."""
    position = shift - (sum(blocks) * SEAT_PITCH + (len(blocks) - 1) * aisle) / 2
    offsets: list[float] = []
    for count in blocks:
        offsets += [position + (number + 0.5) * SEAT_PITCH for number in range(count)]
        position += count * SEAT_PITCH + aisle
    return offsets


def _wedge(wedge: tuple[float, float], radius: float) -> list[float]:
    """Return the angles of as many seats as fit between two angles."""
    start, end = wedge
    count = int(radians(end - start) * radius / SEAT_PITCH)
    return [start + (end - start) * (number + 0.5) / count for number in range(count)]


def _middles(start: float, end: float, count: int) -> list[float]:
    return [start + (end - start) * (part + 0.5) / count for part in range(count)]


def _directions(angle: float) -> tuple[Point, Point]:
    """Return the unit vectors away from the stage and along a row, left to right, at an angle."""
    turn = radians(angle)
    return (sin(turn), cos(turn)), (cos(turn), -sin(turn))


def _extent(sections: Iterable[SectionDraft], decoration: Iterable[Area]) -> Iterator[Point]:
    for section in sections:
        yield from section.outline
        yield from ((seat.x, seat.y) for seat in section.seats)
    for area in decoration:
        x, y = area["position"]["x"], area["position"]["y"]
        size = area.get("rectangle", {"width": 0, "height": 0})
        yield x, y
        yield x + size["width"], y + size["height"]


def _moved(section: SectionDraft, dx: float, dy: float) -> SectionDraft:
    return replace(
        section,
        seats=tuple(
            replace(seat, x=round(seat.x + dx, 2), y=round(seat.y + dy, 2))
            for seat in section.seats
        ),
        outline=tuple((round(x + dx, 1), round(y + dy, 1)) for x, y in section.outline),
    )
