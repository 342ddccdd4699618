from math import hypot

import pytest

from venues.new_sections import NewSectionForm
from venues.numbering import RelabelForm

ROWS = {"kind": "rows", "name": "Stalls", "rows": "3", "seats": "4", "x": "100", "y": "50"}


def section(**values):
    form = NewSectionForm({name: str(value) for name, value in values.items()})
    assert form.is_valid(), form.errors
    return form.section("stalls")


def rows_of(made):
    rows = {}
    for seat in made.seats:
        rows.setdefault(seat.row, []).append(seat)
    return rows


def test_rows_are_named_and_numbered():
    made = section(**ROWS)

    assert [seat.row for seat in made.seats[::4]] == ["A", "B", "C"]
    assert [seat.number for seat in made.seats[:4]] == ["1", "2", "3", "4"]
    assert {seat.category for seat in made.seats} == {"Stalls"}
    xs = [seat.x for seat in made.seats[:4]]
    assert sum(xs) / 4 == pytest.approx(100)


@pytest.mark.parametrize(
    ("numbered", "numbers"),
    [
        ("left", "1 2 3 4"),
        ("right", "4 3 2 1"),
        ("odd-left", "1 3 5 7"),
        ("odd-right", "7 5 3 1"),
        ("even-left", "2 4 6 8"),
        ("even-right", "8 6 4 2"),
        ("odd-even", "3 1 2 4"),
        ("even-odd", "4 2 1 3"),
    ],
)
def test_seats_are_numbered_as_chosen(numbered, numbers):
    made = section(**ROWS | {"rows": 1, "numbered": numbered})

    assert [seat.number for seat in made.seats] == numbers.split()


def test_numbers_can_begin_higher():
    made = section(**ROWS | {"rows": 1, "numbered": "odd-left", "first_seat": 101})

    assert [seat.number for seat in made.seats] == ["101", "103", "105", "107"]


def test_letters_continue_after_the_section_in_front_and_skip_what_is_chosen():
    made = section(**ROWS | {"after": "g", "skipped": "i, o"})
    assert list(rows_of(made)) == ["H", "J", "K"]

    made = section(**ROWS | {"after": "Z", "skipped": ""})
    assert list(rows_of(made)) == ["AA", "BB", "CC"]

    made = section(**ROWS | {"first_row": "12"})
    assert list(rows_of(made)) == ["12", "13", "14"]


def test_a_skipped_letter_cannot_be_the_first_row():
    form = NewSectionForm(ROWS | {"first_row": "I", "skipped": "IO"})

    assert "first_row" in form.errors


def test_curved_rows_have_one_centre():
    made = section(**ROWS | {"shape": "curved", "radius": 300})

    for index, row in enumerate(rows_of(made).values()):
        for seat in row:
            assert hypot(seat.x - 100, seat.y + 250) == pytest.approx(300 + 30 * index, abs=0.1)


def test_an_arc_is_filled_with_seats():
    made = section(**ROWS | {"shape": "curved", "radius": 300, "arc": 90, "aisles": 1})

    counts = [len(row) for row in rows_of(made).values()]
    assert counts == sorted(counts)
    assert counts[0] > 12


def test_every_second_row_can_be_staggered():
    made = section(**ROWS | {"staggered": "on"})
    first, second, third = rows_of(made).values()

    assert second[0].x - first[0].x == pytest.approx(12)
    assert third[0].x == first[0].x


def test_rows_can_grow_to_the_back():
    made = section(**ROWS | {"last_seats": 8})

    assert [len(row) for row in rows_of(made).values()] == [4, 6, 8]


def test_boxes_are_rows_of_their_own():
    made = section(kind="boxes", name="Boxes", boxes=2, box_seats=4, first_box=3, x=0, y=0)

    assert list(rows_of(made)) == ["Box 3", "Box 4"]
    assert len(made.seats) == 8


def test_standing_areas_are_rectangles_or_polygons():
    floor = {"kind": "standing", "name": "Floor", "capacity": 200, "x": 100, "y": 10}

    made = section(**floor | {"width": 80, "depth": 40})
    assert made.standing == 200
    assert made.outline == ((60, 10), (140, 10), (140, 50), (60, 50))

    made = section(**floor | {"corners": "0,0 50,0 25,40"})
    assert made.outline == ((0, 0), (50, 0), (25, 40))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"rows": ""}, "rows"),
        ({"rows": "0"}, "rows"),
        ({"rows": "many"}, "rows"),
        ({"seats": "900"}, "seats"),
        ({"aisles": "4"}, "aisles"),
        ({"spaces": "3"}, "spaces"),
        ({"shape": "curved"}, "radius"),
        ({"shape": "curved", "radius": "10"}, "radius"),
        ({"shape": "curved", "radius": "10", "arc": "90"}, "arc"),
        ({"x": "1e300"}, "x"),
        ({"x": "nan"}, "x"),
        ({"skipped": "1"}, "skipped"),
        ({"kind": "stairs"}, "kind"),
        ({"kind": "standing"}, "capacity"),
        ({"kind": "standing", "capacity": "5", "corners": "0,0 1"}, "corners"),
        ({"kind": "standing", "capacity": "5", "corners": "0,0 1,1"}, "corners"),
        ({"kind": "standing", "capacity": "5", "corners": "0,0 1,1 nan,2"}, "corners"),
        ({"kind": "boxes", "boxes": "2"}, "box_seats"),
    ],
)
def test_impossible_values_are_refused_at_their_field(values, field):
    assert field in NewSectionForm(ROWS | values).errors


def test_existing_rows_are_labelled_anew():
    form = RelabelForm({"counts": "2 3", "numbered": "right", "after": "B"})

    assert form.is_valid()
    assert form.labels() == {"rows": ["C", "D"], "seats": [["2", "1"], ["3", "2", "1"]]}


@pytest.mark.parametrize("counts", ["", "a", "-1", "99999999", "60001", "1 " * 1001])
def test_labels_for_impossible_numbers_of_seats_are_refused(counts):
    assert not RelabelForm({"counts": counts}).is_valid()
