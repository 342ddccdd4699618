"""The rules for seats selected by hand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookings.exceptions import CompanionSeatAlone, LeavesSingleSeat, NoSuchPlaces
from bookings.seat_selection.seat_rules import check_choice

from .text_plans import plan_of, seat_ids, terms


def check(plan, *chosen, held=(), **changes):
    drawing, availability = plan
    check_choice(
        drawing=drawing,
        availability=availability,
        terms=terms(**changes),
        seat_ids=seat_ids(drawing, *chosen),
        held_seat_ids=frozenset(seat_ids(drawing, *held)),
    )


def test_adjacent_seats_are_allowed():
    check(plan_of("......"), "A1", "A2")


def test_a_single_seat_beside_the_aisle_is_refused_and_named():
    with pytest.raises(LeavesSingleSeat) as refusal:
        check(plan_of("...... ......"), "A4", "A5")
    assert refusal.value.labels == ["Section 1, row A, seat 6"]


def test_a_single_seat_between_the_selected_is_refused():
    with pytest.raises(LeavesSingleSeat):
        check(plan_of("......"), "A1", "A3")


def test_a_single_seat_beside_a_sold_one_is_refused():
    with pytest.raises(LeavesSingleSeat):
        check(plan_of("......x."), "A4", "A5")


def test_the_last_seats_of_a_row_are_allowed_when_nothing_is_better():
    check(plan_of("x...x"), "A2", "A3")
    check(plan_of("x..x"), "A2")


def test_existing_single_seats_do_not_matter():
    check(plan_of(".x...."), "A3", "A4")


def test_a_single_seat_can_be_bought():
    check(plan_of("x.x..."), "A2")


def test_seats_in_the_basket_count_as_unavailable():
    with pytest.raises(LeavesSingleSeat):
        check(plan_of("......"), "A4", held=["A1", "A2"])
    check(plan_of("......"), "A3", held=["A1", "A2"])


def test_staff_can_allow_single_seats():
    check(plan_of("...... ......"), "A4", "A5", allow_single_gaps=True)


def test_wheelchair_spaces_are_not_single_seats():
    check(plan_of("..w"), "A1", "A2")
    check(plan_of("....w"), "A1", "A2", "A3", "A4")
    with pytest.raises(LeavesSingleSeat):
        check(plan_of("....w"), "A2", "A3")


def test_a_companion_seat_alone_is_refused_and_named():
    with pytest.raises(CompanionSeatAlone) as refusal:
        check(plan_of("..wc"), "A4")
    assert refusal.value.labels == ["Section 1, row A, companion seat 4"]


def test_a_companion_seat_with_its_wheelchair_space_is_allowed():
    check(plan_of("..wc"), "A3", "A4")
    check(plan_of("..wc"), "A4", held=["A3"])
    check(plan_of("..wc"), "A3")


def test_a_companion_seat_is_allowed_for_everyone_once_released():
    check(plan_of("..wc"), "A3", "A4", accessible_released=True)
    check(plan_of("wc"), "A2", accessible_released=True)


def test_seats_of_another_plan_are_refused():
    drawing, availability = plan_of("....")
    with pytest.raises(NoSuchPlaces):
        check_choice(drawing=drawing, availability=availability, terms=terms(), seat_ids=[999_999])


@settings(max_examples=400, deadline=None)
@given(st.text(alphabet="...x ", min_size=1, max_size=12), st.data())
def test_it_refuses_exactly_what_the_reference_refuses(text, data):
    drawing, availability = plan_of(text)
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
    """Return whether a stretch of free seats gets a new single seat that could be avoided."""
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
