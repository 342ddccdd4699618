from venues.drafts import pair_companions
from venues.tests.factories import draft, seat, standing_section


def wheelchair(number, x, row="A", y=10):
    return seat(row, number, x, y, kind="wheelchair")


def companion(number, x, row="A", y=10):
    return seat(row, number, x, y, kind="companion")


def test_it_pairs_a_companion_with_the_nearest_space_of_the_row():
    seats = [wheelchair("1", 0), companion("2", 10), companion("8", 80), wheelchair("9", 90)]

    assert pair_companions(seats) == {"A-2": "A-1", "A-8": "A-9"}


def test_it_gives_each_space_a_companion_before_any_gets_a_second():
    seats = [wheelchair("1", 0), wheelchair("2", 10), companion("3", 20), companion("4", 30)]

    assert pair_companions(seats) == {"A-3": "A-2", "A-4": "A-1"}


def test_it_gives_one_space_several_companions():
    seats = [companion("1", 0), wheelchair("2", 10), companion("3", 20)]

    assert pair_companions(seats) == {"A-1": "A-2", "A-3": "A-2"}


def test_it_pairs_a_companion_with_a_near_space_of_another_row():
    spaces = [wheelchair("1", 0), wheelchair("2", 24)]
    behind = [companion("1", 0, "B", 40), companion("2", 4, "B", 40), companion("3", 24, "B", 61)]

    assert pair_companions([*spaces, *behind]) == {"B-1": "A-1", "B-2": "A-2"}

    beside = companion("3", 48)
    assert pair_companions([*spaces, beside, behind[1]]) == {"A-3": "A-2", "B-2": "A-1"}


def test_it_leaves_out_companions_far_from_any_space():
    seats = [wheelchair("1", 0), companion("1", 0, row="B", y=70)]

    assert pair_companions(seats) == {}


def test_it_counts_seats_and_standing_places():
    plan = draft(sections=[*draft().sections, standing_section(standing=350)])

    assert [section.kind for section in plan.sections] == ["seated", "standing"]
    assert plan.capacity == 353
