import pytest

from venues.document_positions import default_place, flatten_zone, keep_inside, points_of
from venues.drafts import SectionDraft
from venues.generate import boxes, curved, straight
from venues.plan_format import section_zone
from venues.row_edits import add_row, add_seat_at_end, guids_of, insert_seat
from venues.seat_builder import next_row_name
from venues.tests.factories import seat

ROWS = {"category": "Stalls", "rows": 3, "seats": 4, "at": (100, 50)}


def document_with(section):
    size = {"width": 400, "height": 300}
    return {"name": "Hall", "size": size, "categories": [], "zones": [section_zone(section)]}


def points(row):
    return [(seat["position"]["x"], seat["position"]["y"]) for seat in row["seats"]]


def numbers(row):
    return [seat["seat_number"] for seat in row["seats"]]


def row_of(*seats):
    made = document_with(SectionDraft(name="Stalls", slug="stalls", seats=seats))
    return made, made["zones"][0], made["zones"][0]["rows"][0]


@pytest.mark.parametrize(
    ("names", "following"),
    [
        (["A", "B"], "C"),
        (["G", "H"], "J"),
        (["H", "I"], "J"),
        (["Y", "Z"], "AA"),
        (["AA", "BB"], "CC"),
        (["AA", "AB"], "AC"),
        (["a"], "b"),
        (["8", "9"], "10"),
        (["3", "2"], "1"),
        (["2", "1"], "3"),
        (["Box 3", "Box 4"], "Box 5"),
        (["Row B"], "Row C"),
        (["Loge"], "Loge 2"),
        ([""], "2"),
        (["B", "C", "D", "A"], "E"),
    ],
)
def test_the_next_row_is_named_as_the_others(names, following):
    assert next_row_name(names) == following


def test_a_row_behind_straight_and_staggered_rows(subtests):
    for staggered, shift in ((False, 0), (True, 12)):
        with subtests.test(staggered=staggered):
            made = document_with(straight("Stalls", **ROWS, staggered=staggered))
            (zone,) = made["zones"]

            add_row(made, zone)

            *_, last, new = zone["rows"]
            assert new["row_number"] == "D"
            assert numbers(new) == numbers(last)
            assert points(new) == [(x + shift, y + 30) for x, y in points(last)]
            assert len(guids_of(made)) == 16


def test_a_row_behind_curved_rows_has_their_centre_and_their_pitch():
    options = ROWS | {"rows": 2, "seats": 30}
    options.pop("at")
    made = document_with(curved("Stalls", **options, centre=(600, 0), radius=400))
    (zone,) = made["zones"]
    assert zone["zone_id"] == "stalls;outline"

    add_row(made, zone)

    for x, y in points(zone["rows"][-1])[1:-1]:
        assert ((x - 600) ** 2 + y**2) ** 0.5 == pytest.approx(460, abs=0.5)
    assert zone["zone_id"] == "stalls"
    assert not zone["areas"]


def test_a_box_beside_the_others():
    made = document_with(boxes("Boxes", category="A", count=2, along=((0, 0), (200, 0))))
    (zone,) = made["zones"]

    add_row(made, zone)

    assert [row["row_number"] for row in zone["rows"]] == ["Box 1", "Box 2", "Box 3"]
    assert points(zone["rows"][2]) == [(x + 200, y) for x, y in points(zone["rows"][1])]


def test_a_row_behind_a_single_one_is_behind_it(subtests):
    single = {"one seat": [(0, 0)], "a row": [(0, 0), (24, 0)]}
    box = [(0, 0), (24, 0), (24, 26), (0, 26)]
    for name, given in (single | {"a box": box}).items():
        with subtests.test(name):
            made, zone, _row = row_of(*(seat("A", str(n), x, y) for n, (x, y) in enumerate(given)))
            add_row(made, zone)
            depth = max(y for _x, y in given)
            assert points(zone["rows"][1]) == [(x, y + depth + 30) for x, y in given]


def test_a_seat_is_inserted_and_the_others_move_on_up_to_the_aisle():
    xs = [0, 24, 48, 106, 130]
    made, _zone, row = row_of(*(seat("A", str(n + 1), x) for n, x in enumerate(xs)))

    insert_seat(row, 0, before=False, taken=guids_of(made))
    assert numbers(row) == ["1", "1a", "2", "3", "4", "5"]
    assert [x for x, _y in points(row)] == [0, 24, 48, 72, 106, 130]

    insert_seat(row, 4, before=True, taken=guids_of(made))
    assert numbers(row) == ["1", "1a", "2", "3", "4a", "4", "5"]
    assert [x for x, _y in points(row)] == [-24, 0, 24, 48, 72, 106, 130]
    assert len(guids_of(made)) == 7


def test_an_inserted_seat_takes_the_place_and_number_that_are_missing(subtests):
    for before, index in ((False, 1), (True, 2)):
        with subtests.test(before=before):
            made, _zone, row = row_of(*(seat("A", str(n), 12 * n) for n in (2, 4, 8, 10)))
            insert_seat(row, index, before=before, taken=guids_of(made))
            assert numbers(row) == ["2", "4", "6", "8", "10"]
            assert [x for x, _y in points(row)] == [24, 48, 72, 96, 120]


def test_seats_at_the_ends_of_a_row_continue_it(subtests):
    for index, before, expected in ((2, False, ("6", 96)), (0, True, ("2", 0))):
        with subtests.test(before=before):
            made, _zone, row = row_of(*(seat("A", str(n + 2), 24 * n) for n in (1, 2, 3)))
            new = insert_seat(row, index, before=before, taken=guids_of(made))
            assert (new["seat_number"], new["position"]["x"]) == expected
    made, zone, row = row_of(seat("A", "3", 50))
    insert_seat(row, 0, before=True, taken=set())
    add_seat_at_end(made, zone, row)
    assert [x for x, _y in points(row)] == [26, 50, 74]


def nested():
    """Return a document whose zone and row are moved."""
    made, zone, row = row_of(seat("A", "1", 10, 20), seat("A", "2", 34, 20))
    zone["position"], row["position"] = {"x": 100, "y": 400}, {"x": 5, "y": 7}
    zone["areas"] = [{"text": {"text": "Bar", "position": {"x": 0, "y": 90}}}]
    return made


def test_nested_positions_are_flattened_without_moving_anything():
    made = nested()
    before = list(points_of(made))

    flatten_zone(made["zones"][0])

    assert before == [(115, 427), (139, 427), (100, 490)]
    assert list(points_of(made)) == before
    assert points(made["zones"][0]["rows"][0]) == before[:2]


def test_new_sections_are_placed_below_all_that_is_there():
    assert default_place(nested()) == {"x": 200, "y": 550}


def test_the_plan_grows_and_moves_with_what_is_in_it():
    made = nested()
    made["zones"][0]["position"]["x"] = -60

    keep_inside(made)

    assert min(x for x, _y in points_of(made)) == 40
    assert made["size"] == {"width": 400, "height": 530}
