"""Choose the best available seats, compared with a slow and simple reference."""

import random
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookings.seat_selection.best_available import best_available
from bookings.seat_selection.seat_rules import check_choice

from .text_plans import labels, plan_of, seat_ids, terms

rows = st.text(alphabet="..x wc", min_size=1, max_size=14)
plans = st.lists(rows, min_size=1, max_size=6).map(lambda texts: plan_of(*texts))


def choose(plan, quantity, **options):
    drawing, availability = plan
    choice = best_available(
        drawing=drawing, availability=availability, quantity=quantity, **options
    )
    return choice and (labels(drawing, choice.seat_ids), choice.together)


def test_it_chooses_the_middle_of_the_first_row():
    assert choose(plan_of("......", "......"), 2) == (["A3", "A4"], True)


def test_it_prefers_the_next_row_to_the_edge():
    assert choose(plan_of("..xxxx..", "........"), 2) == (["B4", "B5"], True)


def test_it_does_not_seat_people_across_an_aisle_while_a_row_is_free():
    assert choose(plan_of(". .", ". .", ".."), 2) == (["C1", "C2"], True)


def test_it_leaves_no_single_seat():
    # The middle of five would leave single seats on both sides.
    assert choose(plan_of("....."), 3)[0] in (["A1", "A2", "A3"], ["A3", "A4", "A5"])


def test_it_leaves_a_single_seat_when_there_is_no_alternative():
    assert choose(plan_of("...", "x.x"), 2)[1] is True


def test_it_respects_the_requested_categories():
    plan = plan_of("....", "....", categories={"A": "Gold", "B": "Silver"})
    assert choose(plan, 2, categories=["Silver"]) == (["B2", "B3"], True) or choose(
        plan, 2, categories=["Silver"]
    )[0] in (["B1", "B2"], ["B3", "B4"])


def test_it_considers_all_seats_on_sale_for_single_seats():
    # Single seats are judged by what others can buy: A's seats are free for them.
    plan = plan_of("...", categories={"A": "Gold"})
    assert choose(plan, 2, categories=["Silver"]) is None


def test_it_avoids_seats_known_to_be_unavailable():
    plan = plan_of("....", "....")
    gone = seat_ids(plan[0], "A1", "A2", "A3")
    assert choose(plan, 2, avoid=frozenset(gone))[0][0].startswith("B")


def test_it_returns_none_when_there_are_not_enough():
    assert choose(plan_of("..x", "xx."), 4) is None


def test_it_reserves_wheelchair_spaces_and_companion_seats():
    assert choose(plan_of("wc.", "xx."), 2)[0] == ["A3", "B3"]
    assert choose(plan_of("wc."), 2) is None


def test_it_offers_them_to_everyone_once_released():
    assert choose(plan_of("wc"), 2, released=True) == (["A1", "A2"], True)


def test_it_chooses_a_wheelchair_space_with_its_companion_seat():
    assert choose(plan_of("....", ".wc."), 2, accessible=True) == (["B2", "B3"], True)


def test_it_includes_a_companion_seat_that_is_not_adjacent():
    assert choose(plan_of(".w..c"), 2, accessible=True) == (["A2", "A5"], False)
    assert choose(plan_of(".wx.c"), 2, accessible=True) == (["A2", "A5"], False)


def test_it_prefers_a_space_whose_companion_seat_is_available():
    # The companion seat of the better space is taken.
    assert choose(plan_of(".wC..", ".....", ".wc.."), 2, accessible=True) == (["C2", "C3"], True)


def test_it_seats_friends_beside_the_wheelchair_space():
    assert choose(plan_of("....", "..wc."), 3, accessible=True)[0] in (
        ["B2", "B3", "B4"],
        ["B3", "B4", "B5"],
    )


def test_it_seats_friends_near_the_wheelchair_space_otherwise():
    assert choose(plan_of("x..x", "xwcx"), 4, accessible=True) == (["A2", "A3", "B2", "B3"], False)


def test_it_chooses_one_space_for_a_group():
    assert choose(plan_of("ww"), 2, accessible=True) is None


def test_it_splits_a_group_over_an_aisle_before_rows():
    found = choose(plan_of("xx.. ..xx", "xxxxxxxxx", "xxxx..xxx", "xxxxxxxxx", "..xxxxxxx"), 4)
    assert found == (["A3", "A4", "A5", "A6"], False)


def test_it_splits_four_into_two_rows_of_two():
    assert choose(plan_of("..xx", "..xx", "xxxx", "xx.x", "...x"), 4) == (
        ["A1", "A2", "B1", "B2"],
        False,
    )


def test_it_leaves_nobody_alone_when_a_group_is_split():
    assert choose(plan_of("....x", "....x"), 5)[0] in (
        ["A1", "A2", "A3", "B1", "B2"],
        ["A1", "A2", "B1", "B2", "B3"],
        ["A2", "A3", "A4", "B3", "B4"],
        ["A3", "A4", "B2", "B3", "B4"],
    )


def test_it_keeps_a_split_group_in_one_section():
    plan = plan_of("..x", "---", "..x", "..x")
    assert choose(plan, 4)[0] == ["B1", "B2", "C1", "C2"]


def test_it_spreads_concurrent_customers():
    drawing, availability = plan_of(*["." * 12] * 8)
    chance = random.Random(7)
    choices = {
        best_available(
            drawing=drawing, availability=availability, quantity=2, spread=16, rng=chance
        ).seat_ids
        for _ in range(200)
    }
    assert len(choices) == 16
    assert len({seat for choice in choices for seat in choice}) == 32


@settings(max_examples=300, deadline=None)
@given(plans, st.integers(1, 5))
def test_it_matches_the_slow_reference_implementation(plan, quantity):
    drawing, availability = plan
    choice = best_available(drawing=drawing, availability=availability, quantity=quantity)
    reference = _reference(drawing, availability, quantity)
    free = [s for s in drawing.seats.values() if availability.is_free(s) and s.kind == "ordinary"]
    if reference is None:
        assert (choice is None) == (len(free) < quantity)
        assert choice is None or not choice.together
    else:
        assert choice.together
        assert _cost(drawing, availability, choice.seat_ids) == pytest.approx(reference)
    if choice:
        assert len(set(choice.seat_ids)) == quantity
        assert set(choice.seat_ids) <= {seat.id for seat in free}


@settings(max_examples=300, deadline=None)
@given(plans, st.integers(1, 5), st.integers(1, 20), st.booleans())
def test_its_choice_passes_the_rules_for_manual_selection(plan, quantity, spread, accessible):
    drawing, availability = plan
    choice = best_available(
        drawing=drawing,
        availability=availability,
        quantity=quantity,
        spread=spread,
        accessible=accessible,
    )
    if choice:
        assert len(set(choice.seat_ids)) == quantity
        assert all(availability.is_free(drawing.seats[seat]) for seat in choice.seat_ids)
        # The wheelchair space is used, whatever single seats that leaves.
        rules = terms(allow_single_gaps=accessible)
        check_choice(
            drawing=drawing, availability=availability, terms=rules, seat_ids=choice.seat_ids
        )


def _reference(drawing, availability, quantity):
    """Return the lowest cost of all ways to sit side by side, or None."""
    costs = []
    for section in drawing.sections:
        for row in section.rows:
            for run in row.runs:
                for ids in combinations(run, quantity):
                    indexes = [run.index(seat) for seat in ids]
                    seats = [drawing.seats[seat] for seat in ids]
                    if (
                        indexes[-1] - indexes[0] == quantity - 1
                        and all(availability.is_free(seat) for seat in seats)
                        and all(seat.kind == "ordinary" for seat in seats)
                    ):
                        costs.append(_cost(drawing, availability, ids))
    return min(costs, default=None)


def _cost(drawing, availability, ids):
    """Return the cost of a choice; single seats weigh more than any goodness."""

    def sells(seat_id):
        seat = drawing.seats[seat_id]
        return availability.is_free(seat) and seat.kind == "ordinary"

    def alone(taken):
        count = 0
        for section in drawing.sections:
            for row in section.rows:
                for run in row.runs:
                    text = "".join(".x"[not sells(s) or s in taken] for s in run)
                    count += sum(part == "." for part in text.split("x"))
        return count

    # Seats that were alone before and are taken now do not count.
    before = alone(set())
    own_alone = len(ids) == 1 and before > alone(set(ids))
    newly = alone(set(ids)) - before + own_alone
    return 1000 * min(newly, 1) + sum(drawing.seats[seat].goodness for seat in ids)
