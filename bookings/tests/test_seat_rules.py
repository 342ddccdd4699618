"""What customers may choose by hand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookings.exceptions import CompanionSeatAlone, LeavesSingleSeat, NoSuchPlaces
from bookings.seat_selection.seat_rules import check_choice

from .venues import house, seat_ids, terms


def check(hall, *chosen, held=(), **changes):
    drawing, availability = hall
    check_choice(
        drawing=drawing,
        availability=availability,
        terms=terms(**changes),
        seat_ids=seat_ids(drawing, *chosen),
        held_seat_ids=frozenset(seat_ids(drawing, *held)),
    )


def test_it_lets_seats_side_by_side_pass():
    check(house("......"), "A1", "A2")


def test_it_refuses_a_single_seat_beside_the_aisle_and_names_it():
    with pytest.raises(LeavesSingleSeat) as refusal:
        check(house("...... ......"), "A4", "A5")
    assert refusal.value.labels == ["Section 1, row A, seat 6"]


def test_it_refuses_a_single_seat_between_the_chosen():
    with pytest.raises(LeavesSingleSeat):
        check(house("......"), "A1", "A3")


def test_it_refuses_a_single_seat_beside_a_taken_one():
    with pytest.raises(LeavesSingleSeat):
        check(house("......x."), "A4", "A5")


def test_it_lets_the_last_seats_of_a_row_go_when_no_choice_is_better():
    check(house("x...x"), "A2", "A3")
    check(house("x..x"), "A2")


def test_it_does_not_mind_single_seats_that_were_there_before():
    check(house(".x...."), "A3", "A4")


def test_it_lets_somebody_take_a_single_seat():
    check(house("x.x..."), "A2")


def test_it_counts_seats_in_the_basket_as_taken():
    with pytest.raises(LeavesSingleSeat):
        check(house("......"), "A4", held=["A1", "A2"])
    check(house("......"), "A3", held=["A1", "A2"])


def test_it_lets_staff_allow_single_seats():
    check(house("...... ......"), "A4", "A5", allow_single_gaps=True)


def test_it_ignores_wheelchair_spaces_when_it_looks_for_single_seats():
    check(house("..w"), "A1", "A2")
    check(house("....w"), "A1", "A2", "A3", "A4")
    with pytest.raises(LeavesSingleSeat):
        check(house("....w"), "A2", "A3")


def test_it_refuses_a_companions_seat_alone_and_names_it():
    with pytest.raises(CompanionSeatAlone) as refusal:
        check(house("..wc"), "A4")
    assert refusal.value.labels == ["Section 1, row A, seat 4"]


def test_it_lets_a_companion_sit_with_the_wheelchair_space():
    check(house("..wc"), "A3", "A4")
    check(house("..wc"), "A4", held=["A3"])
    check(house("..wc"), "A3")


def test_it_lets_anybody_have_a_companions_seat_once_released():
    check(house("..wc"), "A3", "A4", accessible_released=True)
    check(house("wc"), "A2", accessible_released=True)


def test_it_refuses_seats_of_another_plan():
    drawing, availability = house("....")
    with pytest.raises(NoSuchPlaces):
        check_choice(drawing=drawing, availability=availability, terms=terms(), seat_ids=[999_999])


@settings(max_examples=400, deadline=None)
@given(st.text(alphabet="...x ", min_size=1, max_size=12), st.data())
def test_it_refuses_exactly_when_the_reference_does(text, data):
    drawing, availability = house(text)
    ids = sorted(drawing.seats)
    if not ids:
        return
    chosen = data.draw(st.sets(st.sampled_from(ids), min_size=1, max_size=5))
    refused = False
    try:
        check_choice(
            drawing=drawing, availability=availability, terms=terms(), seat_ids=list(chosen)
        )
    except LeavesSingleSeat:
        refused = True
    assert refused == _reference(drawing, availability, chosen)


def _reference(drawing, availability, chosen):
    """Whether a stretch of free seats is left with a new single one that could be avoided."""
    for run in drawing.sections[0].rows[0].runs:
        stretch = []
        for seat in [*run, None]:
            if seat is not None and availability.is_free(drawing.seats[seat]):
                stretch.append(seat)
                continue
            taken = [s for s in stretch if s in chosen]
            if taken and _singles(stretch, taken):
                ways = range(len(stretch) - len(taken) + 1)
                if any(not _singles(stretch, stretch[w : w + len(taken)]) for w in ways):
                    return True
            stretch = []
    return False


def _singles(stretch, taken):
    if len(stretch) == 1:
        return 0
    text = "".join("x" if seat in taken else "." for seat in stretch)
    return sum(part == "." for part in text.split("x"))
