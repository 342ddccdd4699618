from math import dist

import pytest

from venues.drafts import pair_companions
from venues.drawing import stage_focus
from venues.generate import (
    ROW_PITCH,
    SEAT_PITCH,
    assemble,
    bowl,
    boxes,
    curved,
    furniture,
    label,
    rectangle,
    stage,
    standing,
    straight,
)
from venues.plan_format import plan_document, strict_faults


def rows_of(section):
    rows = {}
    for seat in section.seats:
        rows.setdefault(seat.row, []).append(seat)
    return list(rows.values())


def test_straight_rows_are_centred():
    section = straight("Front stalls", category="A", rows=2, seats=4, at=(100, 50))

    assert (section.name, section.slug, section.capacity) == ("Front stalls", "front-stalls", 8)
    first, second = rows_of(section)
    assert [(s.row, s.number) for s in first] == [("A", "1"), ("A", "2"), ("A", "3"), ("A", "4")]
    assert [s.x for s in first] == [64, 88, 112, 136]
    assert {s.y for s in first} == {50}
    assert {s.y for s in second} == {50 + ROW_PITCH}
    assert first[0].guid == "front-stalls-a-1"


def test_blocks_are_separated_by_an_aisle():
    (row,) = rows_of(straight("S", category="A", rows=1, seats=[2, 3], aisle=40))

    gaps = [b.x - a.x for a, b in zip(row, row[1:], strict=False)]

    assert gaps == [SEAT_PITCH, SEAT_PITCH + 40, SEAT_PITCH, SEAT_PITCH]


def test_blocks_can_grow_from_the_first_row_to_the_last():
    section = straight("S", category="A", rows=3, seats=[(2, 6)])

    assert [len(row) for row in rows_of(section)] == [2, 4, 6]


@pytest.mark.parametrize(
    ("angle", "away", "along"),
    [(0, (0, 1), (1, 0)), (90, (1, 0), (0, -1)), (180, (0, -1), (-1, 0)), (-90, (-1, 0), (0, 1))],
)
def test_rows_face_the_stage(angle, away, along):
    first, second = rows_of(straight("S", category="A", rows=2, seats=2, angle=angle))

    step = (first[1].x - first[0].x, first[1].y - first[0].y)
    back = (second[0].x - first[0].x, second[0].y - first[0].y)
    assert step == pytest.approx((along[0] * SEAT_PITCH, along[1] * SEAT_PITCH))
    assert back == pytest.approx((away[0] * ROW_PITCH, away[1] * ROW_PITCH))


def test_rows_are_curved_around_a_centre():
    section = curved("S", category="A", rows=2, radius=300, seats=9, centre=(10, 20))

    for index, row in enumerate(rows_of(section)):
        assert len(row) == 9
        assert all(
            dist((s.x, s.y), (10, 20)) == pytest.approx(300 + index * ROW_PITCH) for s in row
        )
        assert row[4].x == pytest.approx(10)
        gaps = [dist((a.x, a.y), (b.x, b.y)) for a, b in zip(row, row[1:], strict=False)]
        assert min(gaps) == pytest.approx(max(gaps))


def test_wedges_are_filled_with_as_many_seats_as_fit():
    section = curved("S", category="A", rows=10, radius=300, wedges=[(-30, -5), (5, 30)])

    counts = [len(row) for row in rows_of(section)]

    assert counts == sorted(counts)
    assert counts[-1] > counts[0]
    assert all(count % 2 == 0 for count in counts)


def test_it_names_rows_and_seats_as_specified():
    section = straight(
        "S",
        category="A",
        rows=2,
        seats=4,
        numbered="odd-even",
        row_naming="numbers",
        first_row=10,
    )

    assert [(s.row, s.number) for s in section.seats[:4]] == [
        ("11", "3"),
        ("11", "1"),
        ("11", "2"),
        ("11", "4"),
    ]


def test_rows_have_their_categories_from_the_front():
    section = straight("S", category=[("A", 2), ("B", 1), ("C", None)], rows=5, seats=1)

    assert [s.category for s in section.seats] == ["A", "A", "B", "C", "C"]


def test_it_marks_wheelchair_spaces_with_a_companion_each_and_restricted_views():
    section = straight(
        "S",
        category="A",
        rows=2,
        seats=6,
        spaces={"last": (1, -2)},
        restricted={"A": (1, -1)},
    )

    first, last = rows_of(section)
    assert [s.kind for s in first] == ["restricted", *["ordinary"] * 4, "restricted"]
    assert [s.kind for s in last] == [
        "wheelchair",
        "companion",
        "ordinary",
        "ordinary",
        "wheelchair",
        "companion",
    ]
    assert pair_companions(section.seats) == {"s-b-2": "s-b-1", "s-b-6": "s-b-5"}


def test_boxes_are_placed_along_a_line():
    section = boxes("Boxes", category="A", count=3, seats=5, along=((0, 0), (0, 200)), first=4)

    rows = rows_of(section)
    assert [row[0].row for row in rows] == ["Box 4", "Box 5", "Box 6"]
    assert [[s.number for s in row] for row in rows] == [["1", "2", "3", "4", "5"]] * 3


def test_it_generates_standing_sections():
    floor = standing("Floor", category="A", capacity=70, outline=rectangle(0, 0, 10, 20))

    assert (floor.kind, floor.capacity, floor.category) == ("standing", 70, "A")
    assert floor.outline == ((0, 0), (10, 0), (10, 20), (0, 20))


def test_a_bowl_surrounds_the_floor_except_behind_the_stage():
    sections = bowl(
        first=101,
        rows=4,
        half_width=400,
        half_length=700,
        corner=300,
        category="Side",
        end_category="End",
        sides=3,
        corners=2,
        ends=1,
        open_corners=1,
        spaces={"last": (1,)},
    )

    assert [s.name for s in sections] == [str(n) for n in range(101, 101 + 13)]
    categories = [section.seats[0].category for section in sections]
    assert categories == ["Side"] * 4 + ["End"] * 5 + ["Side"] * 4
    seats = [seat for section in sections for seat in section.seats]
    assert not [s for s in seats if s.y < -700 and abs(s.x) < 300]
    assert nearest(seats) > 20
    assert [s.x for s in sections[1].seats] == pytest.approx([-s.x for s in sections[-2].seats])


def test_everything_is_moved_into_the_plan():
    plan = assemble(
        "Hall",
        categories={"A": "#0072b2"},
        decoration=[*stage(width=500, depth=100), *furniture("Bar", width=9, depth=9, at=(0, 90))],
        sections=[straight("S", category="A", rows=3, seats=5, at=(0, 50))],
        margin=40,
    )

    assert (plan.width, plan.height) == (581, 305)
    assert all(0 < s.x < plan.width and 0 < s.y < plan.height for s in plan.seats)
    assert plan.decoration[0]["position"] == {"x": 40, "y": 40}
    assert stage_focus(plan.decoration) == (290, 90)
    assert strict_faults(plan_document(plan)) == []


def test_the_stage_is_found_by_its_label():
    assert stage_focus([label("Bar", at=(1, 2)), label(" stage ", at=(3, 4))]) == (3, 4)
    assert stage_focus([label("Bar", at=(1, 2))]) is None
    assert stage_focus([{"shape": "circle"}]) is None


def nearest(seats):
    """Return the smallest distance between two seats, using neighbouring cells of a grid."""
    cells = {}
    for seat in seats:
        cells.setdefault((int(seat.x // 40), int(seat.y // 40)), []).append(seat)
    best = float("inf")
    for (column, row), inside in cells.items():
        around = [
            other
            for i in (-1, 0, 1)
            for j in (-1, 0, 1)
            for other in cells.get((column + i, row + j), ())
        ]
        for seat in inside:
            for other in around:
                if other is not seat:
                    best = min(best, dist((seat.x, seat.y), (other.x, other.y)))
    return best
