"""Hold the best available seats: choose and hold in one operation."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from bookings.exceptions import (
    LimitReached,
    NoMatchingPlaces,
    NothingSelected,
    NotOnSale,
    PlacesUnavailable,
)
from bookings.models import Hold, Place
from bookings.sale.holds import hold_seats
from bookings.seat_selection.alternatives import best_alternative
from bookings.seat_selection.holding import hold_best
from bookings.seatmap.snapshots import snapshot_of

from .factories import make_customer, make_hold, make_sale, seated, seats_of, standing

pytestmark = pytest.mark.django_db


def best(performance, quantity, customer=None, **options):
    return hold_best(
        performance_id=performance.pk,
        quantity=quantity,
        customer=customer or make_customer(),
        **options,
    )


def names_of(places):
    return [f"{place.seat.row}{place.seat.number}" for place in places]


def two_prices():
    return make_sale(
        sections=[
            seated(name="Stalls", category="Gold", rows=2, seats=6),
            seated(name="Circle", category="Silver", rows=2, seats=6),
        ],
        prices={"Gold": 80, "Silver": 40},
    )


def test_it_holds_the_best_seats_together():
    found = best(make_sale(), 4)
    assert found.together
    assert len(found.taken) == 4
    assert len({place.seat.row for place in found.taken}) == 1


def test_it_respects_price_and_category():
    performance = two_prices()
    cheap = best(performance, 2, max_price=Decimal("60"))
    assert {place.seat.category for place in cheap.taken} == {"Silver"}
    silver = best(performance, 2, categories=["Silver"])
    assert {place.seat.category for place in silver.taken} == {"Silver"}
    with pytest.raises(NoMatchingPlaces):
        best(performance, 2, categories=["Gold"], max_price=Decimal("60"))


def age_request(hold):
    Hold.objects.filter(pk=hold.pk).update(requested_at=F("requested_at") - timedelta(minutes=2))


def test_a_named_request_is_the_same_at_any_time():
    performance, alice = make_sale(), make_customer()
    first = best(performance, 2, alice, request_id="abc")
    age_request(first.hold)
    again = best(performance, 2, alice, request_id="abc")
    assert again.hold == first.hold and not again.taken
    assert len(best(performance, 2, alice, request_id="def").taken) == 2


def test_a_request_without_a_name_is_the_same_for_seconds_only():
    performance, alice = make_sale(), make_customer()
    age_request(best(performance, 2, alice).hold)
    assert len(best(performance, 2, alice).taken) == 2


def test_a_named_request_is_the_same_although_nothing_is_left():
    performance = make_sale(sections=[seated(rows=1, seats=2)])
    alice = make_customer()
    first = best(performance, 2, alice, request_id="abc")
    assert best(performance, 2, alice, request_id="abc").hold == first.hold
    with pytest.raises(NoMatchingPlaces):
        best(performance, 2, make_customer(), request_id="abc")


def test_a_double_click_gives_the_same_places():
    performance, customer = make_sale(), make_customer()
    best(performance, 2, customer)
    again = best(performance, 2, customer)
    assert again.taken == []
    assert Place.objects.held_by(again.hold).count() == 2


def test_it_retries_with_others_when_someone_was_faster():
    performance = make_sale()
    snapshot_of(performance.pk)
    # In the snapshot all seats are free; in the database only one row is.
    seats = seats_of(performance)
    hold_seats(
        performance_id=performance.pk,
        seat_ids=seats[:40],
        customer=make_customer(),
        enforce_limits=False,
    )
    found = best(performance, 4)
    assert {place.seat.row for place in found.taken} == {"E"}


def test_it_holds_all_or_nothing():
    performance = make_sale(sections=[seated(rows=1, seats=4)])
    snapshot_of(performance.pk)
    make_hold(performance=performance, labels=["A2"])
    with pytest.raises(PlacesUnavailable):
        best(performance, 4)
    assert Hold.objects.count() == 1


def test_it_says_when_nothing_matches():
    performance = make_sale(sections=[seated(rows=1, seats=4)])
    make_hold(performance=performance, labels=["A1", "A2"])
    with pytest.raises(NoMatchingPlaces) as refusal:
        best(performance, 3)
    assert "3" in str(refusal.value)


@pytest.mark.usefixtures("keep_caches")
def test_when_sold_out_each_request_costs_no_query():
    performance = make_sale(sections=[seated(rows=1, seats=2)])
    make_hold(performance=performance, labels=["A1", "A2"])
    snapshot_of(performance.pk)
    with CaptureQueriesContext(connection) as queries, pytest.raises(NoMatchingPlaces):
        best(performance, 2)
    assert len(queries) == 0


def test_it_splits_the_group_and_says_so():
    performance = make_sale(sections=[seated(rows=2, seats=2)])
    found = best(performance, 4)
    assert not found.together
    assert len(found.taken) == 4


def test_it_finds_a_wheelchair_space_with_its_companion_seat():
    kinds = {"C9": "wheelchair", "C10": "companion"}
    performance = make_sale(sections=[seated(kinds=kinds)])
    assert names_of(best(performance, 2, accessible=True).taken) == ["C9", "C10"]


@pytest.mark.parametrize(
    ("quantity", "refusal"), [(0, NothingSelected), (-1, NothingSelected), (9, LimitReached)]
)
def test_it_rejects_impossible_numbers(quantity, refusal):
    with pytest.raises(refusal):
        best(make_sale(), quantity)


def test_it_rejects_huge_numbers_without_allocating_memory():
    with pytest.raises(LimitReached):
        best(make_sale(), 10**9)


def test_it_refuses_before_the_sale():
    from datetime import timedelta

    with pytest.raises(NotOnSale):
        best(make_sale(on_sale_in=timedelta(days=1)), 2)


@pytest.mark.usefixtures("keep_caches")
def test_its_queries_do_not_grow_with_the_venue():
    def count(rows):
        performance = make_sale(sections=[seated(rows=rows, seats=20)])
        best(performance, 2)
        with CaptureQueriesContext(connection) as queries:
            best(performance, 2)
        return len(queries)

    assert count(2) == count(40)


def test_it_offers_an_alternative_in_the_same_category():
    performance = two_prices()
    requested = seats_of(performance)[:2]
    offer = best_alternative(performance_id=performance.pk, requested=requested)
    assert not set(offer.seat_ids) & set(requested)
    assert (offer.total, offer.together, len(offer.labels)) == (Decimal(160), True, 2)


def test_it_offers_another_category_otherwise():
    performance = two_prices()
    gold = performance.plan.seats.filter(category="Gold").values_list("pk", flat=True)
    hold_seats(
        performance_id=performance.pk,
        seat_ids=list(gold)[2:],
        customer=make_customer(),
        enforce_limits=False,
    )
    offer = best_alternative(performance_id=performance.pk, requested=list(gold)[:2])
    assert offer.total == Decimal(80)


def test_it_offers_nothing_when_nothing_is_available():
    performance = make_sale(sections=[seated(rows=1, seats=2)])
    requested = seats_of(performance, "A1", "A2")
    assert best_alternative(performance_id=performance.pk, requested=requested) is None
    assert best_alternative(performance_id=performance.pk, requested=[10**9]) is None


def floor(*capacities):
    sections = [
        standing(name=f"Floor {number}", capacity=capacity)
        for number, capacity in enumerate(capacities, start=1)
    ]
    return make_sale(sections=sections)


def test_the_best_places_of_a_venue_with_standing_places_only():
    performance, customer = floor(1, 100), make_customer()
    found = best(performance, 2, customer)
    assert [place.section.name for place in found.taken] == ["Floor 2"] * 2
    assert found.together
    again = best(performance, 2, customer)
    assert again.taken == []
    assert Place.objects.held_by(found.hold).count() == 2
    more = best(performance, 1, customer)
    assert Place.objects.held_by(more.hold).count() == 3
    with pytest.raises(NoMatchingPlaces):
        best(performance, 2, accessible=True)


def test_standing_places_do_not_replace_seats_unless_requested():
    performance = make_sale(
        sections=[seated(rows=1, seats=2), standing()], prices={"Regular": 45, "Standing": 20}
    )
    assert len(best(performance, 2, categories=["Standing"]).taken) == 2
    assert best(performance, 2, max_price=Decimal(30)).taken[0].seat is None
    assert best(performance, 2).taken[0].seat
    with pytest.raises(NoMatchingPlaces):
        best(performance, 1)


def test_sold_out_standing_places_do_not_match():
    performance = floor(2)
    snapshot_of(performance.pk)
    best(performance, 2)
    with pytest.raises(NoMatchingPlaces):
        best(performance, 1)
