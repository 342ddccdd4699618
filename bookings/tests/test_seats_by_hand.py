"""Hold seats that the customer chose on the plan."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.exceptions import (
    CompanionSeatAlone,
    LeavesSingleSeat,
    LimitReached,
    NoSuchPlaces,
    NothingSelected,
    NotOnSale,
    PlacesUnavailable,
)
from bookings.models import Place
from bookings.seat_selection.holding import hold_alternative, hold_best, hold_chosen_seats
from bookings.seatmap.snapshots import snapshot_of
from core.shared_cache import clear_shared_cache
from shows.models import Performance
from shows.terms import clear_cached_terms
from venues.plans import add_plan_version
from venues.tests.factories import draft, make_venue, seat

from .factories import make_customer, make_hold, make_sale, seated, seats_of

pytestmark = pytest.mark.django_db

KINDS = {".": "ordinary", "w": "wheelchair", "c": "companion"}


def choose(performance, *labels, customer=None):
    return hold_chosen_seats(
        performance_id=performance.pk,
        seat_ids=seats_of(performance, *labels),
        customer=customer or make_customer(),
    )


def numbers_of(held):
    return [place.seat.number for place in held.taken]


def test_it_holds_adjacent_seats():
    assert numbers_of(choose(make_sale(), "A1", "A2")) == ["1", "2"]


def test_it_refuses_a_selection_that_leaves_a_single_seat_and_holds_nothing():
    with pytest.raises(LeavesSingleSeat):
        choose(make_sale(), "A2", "A3")
    assert not Place.objects.held_at().exists()


def test_staff_can_allow_that():
    performance = make_sale(allow_single_gaps=True)
    assert numbers_of(choose(performance, "A2", "A3")) == ["2", "3"]


def test_a_companion_seat_can_be_added_to_the_wheelchair_space_in_the_basket():
    kinds = {"A1": "wheelchair", "A2": "companion"}
    performance = make_sale(sections=[seated(kinds=kinds)])
    customer = make_customer()
    with pytest.raises(CompanionSeatAlone):
        choose(performance, "A2", customer=customer)
    make_hold(performance=performance, labels=["A1"], customer=customer)
    assert numbers_of(choose(performance, "A2", customer=customer)) == ["2"]


def test_a_companion_seat_behind_its_wheelchair_space_is_sold_with_it():
    seats = [
        seat(row, str(n), 24 * n, y, kind=kind)
        for row, y, kinds in (("A", 50, "..w..."), ("B", 80, "..c..."))
        for n, kind in enumerate(map(KINDS.get, kinds), start=1)
    ]
    plan = add_plan_version(venue=make_venue(), name="Hall", draft=draft(seats=seats))
    performance = make_sale(plan=plan)

    with pytest.raises(CompanionSeatAlone):
        choose(performance, "B3")
    best = hold_best(
        performance_id=performance.pk, quantity=2, accessible=True, customer=make_customer()
    )
    assert {f"{place.seat.row}{place.seat.number}" for place in best.taken} == {"A3", "B3"}


def test_it_holds_the_rest_and_names_unavailable_seats():
    performance = make_sale()
    snapshot_of(performance.pk)
    make_hold(performance=performance, labels=["A2"])
    held = choose(performance, "A1", "A2", "A3")
    assert numbers_of(held) == ["1", "3"]
    assert held.unavailable == ["Stalls, row A, seat 2"]


@pytest.mark.parametrize("seats", [[10**9], [0], [-4]])
def test_it_refuses_seats_that_are_not_in_the_plan(seats):
    with pytest.raises(NoSuchPlaces):
        hold_chosen_seats(performance_id=make_sale().pk, seat_ids=seats, customer=make_customer())


def test_it_refuses_seats_of_another_performance():
    other = make_sale()
    with pytest.raises(NoSuchPlaces):
        hold_chosen_seats(
            performance_id=make_sale().pk,
            seat_ids=seats_of(other, "A1"),
            customer=make_customer(),
        )


def test_it_refuses_no_seats_and_too_many():
    performance = make_sale(customer_limit=3)
    with pytest.raises(NothingSelected):
        hold_chosen_seats(performance_id=performance.pk, seat_ids=[], customer=make_customer())
    with pytest.raises(LimitReached):
        choose(performance, "A1", "A2", "A3", "A4")


def test_it_refuses_before_the_sale():
    performance = make_sale(status=Performance.Status.PUBLISHED)
    Performance.objects.filter(pk=performance.pk).update(status="cancelled")
    clear_cached_terms()
    with pytest.raises(NotOnSale):
        choose(performance, "A1", "A2")


@pytest.mark.usefixtures("keep_caches")
def test_its_queries_do_not_grow_with_the_seats():
    performance = make_sale(sections=[seated(rows=20, seats=40)], customer_limit=12)

    def count(*labels):
        snapshot_of(performance.pk)
        with CaptureQueriesContext(connection) as queries:
            choose(performance, *labels)
        return len(queries)

    choose(performance, "J1", "J2")
    two = count("A1", "A2")
    assert count(*(f"B{number}" for number in range(1, 13))) == two


def test_it_exchanges_seats():
    performance, customer = make_sale(), make_customer()
    make_hold(performance=performance, labels=["A1", "A2"], customer=customer)
    held = hold_alternative(
        performance_id=performance.pk,
        seat_ids=seats_of(performance, "C1", "C2"),
        replaced=seats_of(performance, "A1", "A2"),
        customer=customer,
    )
    assert {(p.seat.row, p.seat.number) for p in Place.objects.held_by(held.hold)} == {
        ("C", "1"),
        ("C", "2"),
    }


def test_it_exchanges_up_to_the_customer_limit():
    performance, customer = make_sale(customer_limit=2), make_customer()
    make_hold(performance=performance, labels=["A1", "A2"], customer=customer)
    held = hold_alternative(
        performance_id=performance.pk,
        seat_ids=seats_of(performance, "C1", "C2"),
        replaced=seats_of(performance, "A1", "A2"),
        customer=customer,
    )
    assert {p.seat.row for p in Place.objects.held_at()} == {"C"}
    assert held.hold.visitor == customer.visitor


def test_it_releases_nothing_when_the_others_are_unavailable():
    performance, customer = make_sale(), make_customer()
    make_hold(performance=performance, labels=["A1", "A2"], customer=customer)
    make_hold(performance=performance, labels=["C2"])
    with pytest.raises(PlacesUnavailable):
        hold_alternative(
            performance_id=performance.pk,
            seat_ids=seats_of(performance, "C1", "C2"),
            replaced=seats_of(performance, "A1", "A2"),
            customer=customer,
        )
    own_places = Place.objects.held_at().filter(hold__visitor=customer.visitor)
    assert {p.seat.row for p in own_places} == {"A"}


def test_it_does_not_release_places_of_someone_else():
    performance = make_sale()
    other_hold = make_hold(performance=performance, labels=["A1", "A2"])
    hold_alternative(
        performance_id=performance.pk,
        seat_ids=seats_of(performance, "C1", "C2"),
        replaced=seats_of(performance, "A1", "A2"),
        customer=make_customer(),
    )
    assert Place.objects.held_by(other_hold).count() == 2


def test_it_uses_a_snapshot_built_once_a_second():
    performance = make_sale()
    first = snapshot_of(performance.pk)
    make_hold(performance=performance)
    assert snapshot_of(performance.pk) is first
    clear_shared_cache()
    assert snapshot_of(performance.pk).availability.free == 50
