"""Seating plans from a few words: rows of seats, straight or curved, boxes, bowls, standing room.

Each word makes one section of a draft (`bowl` makes several) and `assemble` puts them together.
Measures are in the plan's unit, of which SEAT_PITCH make a seat. Places are told from any origin,
most handily the middle of the stage's edge, with x to the right and y away from the stage;
`assemble` moves everything so that it fits the plan. Angles are in degrees as seen from the stage:
0 is straight ahead, 90 to the right of the plan, 180 behind the stage.

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

from dataclasses import replace
from math import cos, degrees, radians, sin

from core.slugs import slug_of
from venues.drafts import PlanDraft, SectionDraft
from venues.outlines import arc_outline, on_circle, padded_hull
from venues.seat_builder import fill

SEAT_PITCH = 24.0
ROW_PITCH = 30.0
AISLE = 34.0
MARGIN = 40.0
CORNER = "corner"
STAGE_COLOR = "#3b3b3b"
STAGE_TEXT_COLOR = "#ffffff"
FURNITURE_COLOR = "#d9d4c7"
LABEL_COLOR = "#555555"


def straight(
    name, *, category, rows, seats, at=(0, 0), angle=0, aisle=AISLE, row_pitch=ROW_PITCH, **names
):
    """A section of straight rows. `at` is the middle of its first row, `angle` where it lies.

    `seats` is how many a row has, or a list of them with an aisle between one number and the next;
    a number may be a pair, from the first row to the last: `[(6, 10), 12, (6, 10)]`. `names` are
    those of `venues.seat_builder.fill`: how rows and seats are called, and which seats are special.
    """
    away, along = _directions(angle)
    points = [
        [
            (at[0] + away[0] * depth + along[0] * s, at[1] + away[1] * depth + along[1] * s)
            for s in _offsets(_blocks(seats, row, rows), aisle)
        ]
        for row, depth in enumerate(row * row_pitch for row in range(rows))
    ]
    section = fill(name, points, category, **names)
    return replace(section, outline=padded_hull([(s.x, s.y) for s in section.seats]))


def curved(
    name,
    *,
    category,
    rows,
    radius,
    seats=None,
    wedges=None,
    centre=(0, 0),
    angle=0,
    aisle=AISLE,
    row_pitch=ROW_PITCH,
    **names,
):
    """A section of rows around `centre`, the first at `radius`.

    Either `seats`, as with `straight`, bent around the centre; or `wedges`, a list of angles
    (from, to) between radial aisles, each row of which holds as many seats as fit.
    """
    arcs = []
    for row in range(rows):
        r = radius + row * row_pitch
        if wedges is None:
            turns = [degrees(s / r) for s in _offsets(_blocks(seats, row, rows), aisle)]
        else:
            turns = [turn for wedge in wedges for turn in _wedge(wedge, r)]
        arcs.append((r, [angle + turn for turn in turns]))
    points = [[on_circle(centre, r, turn) for turn in turns] for r, turns in arcs]
    return replace(fill(name, points, category, **names), outline=arc_outline(centre, arcs))


def boxes(name, *, category, count, seats=4, along, angle=0, first=1, word="Box"):
    """A section of small boxes, evenly from one point to another, each a row “Box 1” of its own.

    The seats of a box stand in two rows and count as side by side.
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
    section = fill(name, points, category, row_naming=lambda row: f"{word} {first + row}")
    return replace(section, outline=padded_hull([(s.x, s.y) for s in section.seats]))


def standing(name, *, category, capacity, outline, slug=None):
    """Standing room inside `outline`, a list of corners; `slug` as in `seat_builder.fill`."""
    return SectionDraft(
        name=name,
        slug=slug or slug_of(name) or "section",
        standing=capacity,
        category=category,
        outline=tuple((float(x), float(y)) for x, y in outline),
    )


def bowl(
    *,
    first,
    rows,
    half_width,
    half_length,
    corner,
    category,
    end_category=None,
    sides=5,
    corners=4,
    ends=1,
    open_corners=2,
    spaces=None,
):
    """Sections around an oval floor, called by numbers from `first`, round from the stage's left.

    The first row goes around a rectangle of the given half sides with corners of radius `corner`.
    `sides`, `corners` and `ends` say in how many sections each is cut. The stage's end stays free,
    and of the two corners beside it `open_corners` sections each. `spaces` are the wheelchair
    spaces of the sections along the sides.
    """
    dx, dy = half_width - corner, half_length - corner
    lengths = {-90: 2 * dy / sides, 90: 2 * dy / sides, 0: 2 * dx / ends}
    wedge, gap = 90 / corners, degrees(AISLE / 2 / corner)
    far = end_category or category
    left = [(-90, (-half_width, y), category, spaces) for y in _middles(-dy, dy, sides)]
    right = [(90, (half_width, -at[1]), *rest) for _angle, at, *rest in left]
    # (angle, place, category, special seats); the place of a corner's section is the centre.
    walk = [
        *((i * wedge - 180, (-dx, -dy), category, CORNER) for i in range(open_corners, corners)),
        *left,
        *((i * wedge - 90, (-dx, dy), far, CORNER) for i in range(corners)),
        *((0, (x, half_length), far, None) for x in _middles(-dx, dx, ends)),
        *((i * wedge, (dx, dy), far, CORNER) for i in range(corners)),
        *right,
        *((i * wedge + 90, (dx, -dy), category, CORNER) for i in range(corners - open_corners)),
    ]
    sections = []
    for number, (angle, at, its_category, special) in enumerate(walk, first):
        common = {"category": its_category, "rows": rows, "angle": angle}
        if special is CORNER:
            arc = {"radius": corner, "centre": at, "wedges": [(gap, wedge - gap)]}
            sections.append(curved(str(number), **arc, **common))
        else:
            seats = int((lengths[angle] - AISLE) / SEAT_PITCH)
            sections.append(straight(str(number), seats=seats, at=at, spaces=special, **common))
    return sections


def stage(*, width, depth, at=(0, 0), word="Stage"):
    """The stage, `at` the middle of its front edge; the word is what finds it again."""
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


def furniture(word, *, width, depth, at):
    """A bar, a mixing desk…, `at` its middle."""
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


def label(word, *, at, size=24, color=LABEL_COLOR):
    return {
        "shape": "text",
        "position": {"x": at[0], "y": at[1]},
        "text": {"text": word, "position": {"x": 0, "y": 0}, "size": size, "color": color},
    }


def rectangle(left, top, right, bottom):
    """The corners of a rectangle, for an outline."""
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def assemble(name, *, sections, categories, decoration=(), margin=MARGIN):
    """The plan of these sections, moved so that all of it lies inside, with a margin around.

    `categories` maps each category's name to its color, in the order of the legend.
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


def _blocks(seats, row, rows):
    """How many seats each block of a row has."""
    part = row / (rows - 1) if rows > 1 else 0
    return [
        round(block[0] + (block[1] - block[0]) * part) if isinstance(block, tuple) else block
        for block in ([seats] if isinstance(seats, int) else seats)
    ]


def _offsets(blocks, aisle):
    """Where the seats of a row are, from its middle."""
    position = -(sum(blocks) * SEAT_PITCH + (len(blocks) - 1) * aisle) / 2
    offsets = []
    for count in blocks:
        offsets += [position + (number + 0.5) * SEAT_PITCH for number in range(count)]
        position += count * SEAT_PITCH + aisle
    return offsets


def _wedge(wedge, radius):
    """The angles of as many seats as fit between two angles."""
    start, end = wedge
    count = int(radians(end - start) * radius / SEAT_PITCH)
    return [start + (end - start) * (number + 0.5) / count for number in range(count)]


def _middles(start, end, count):
    return [start + (end - start) * (part + 0.5) / count for part in range(count)]


def _directions(angle):
    """(away from the stage, along the row from left to right) for those at an angle."""
    turn = radians(angle)
    return (sin(turn), cos(turn)), (cos(turn), -sin(turn))


def _extent(sections, decoration):
    for section in sections:
        yield from section.outline
        yield from ((seat.x, seat.y) for seat in section.seats)
    for area in decoration:
        x, y = area["position"]["x"], area["position"]["y"]
        size = area.get("rectangle", {"width": 0, "height": 0})
        yield x, y
        yield x + size["width"], y + size["height"]


def _moved(section, dx, dy):
    return replace(
        section,
        seats=tuple(
            replace(seat, x=round(seat.x + dx, 2), y=round(seat.y + dy, 2))
            for seat in section.seats
        ),
        outline=tuple((round(x + dx, 1), round(y + dy, 1)) for x, y in section.outline),
    )
