"""Hold numbered seats."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings.exceptions import (
    LimitReached,
    NothingSelected,
    NotOnSale,
    PlacesUnavailable,
    TooManyBaskets,
)
from bookings.models import Hold, LedgerEntry, Place
from bookings.sale.holds import hold_seats
from shows.models import Performance
from shows.terms import clear_cached_terms

from .factories import age_hold, make_customer, make_hold, make_sale, seats_of

pytestmark = pytest.mark.django_db


def hold(performance, *labels, customer=None):
    return hold_seats(
        performance_id=performance.pk,
        seat_ids=seats_of(performance, *labels),
        customer=customer or make_customer(),
    )


def test_it_holds_the_seats_for_the_customer():
    performance = make_sale()
    held = hold(performance, "A1", "A2")
    assert held.unavailable == []
    places = Place.objects.held_by(held.hold)
    assert {place.seat.number for place in places} == {"1", "2"}
    assert all(place.held_until == held.hold.expires_at for place in places)


def test_it_writes_the_log():
    customer = make_customer()
    held = hold(make_sale(), "A1", "A2", customer=customer)
    line = LedgerEntry.objects.get(kind="hold")
    assert (line.actor, line.hold) == (customer.actor, held.hold.pk)
    assert line.places == [place.pk for place in held.taken]


def test_it_refuses_a_seat_held_by_someone_else():
    performance = make_sale()
    hold(performance, "A1")
    with pytest.raises(PlacesUnavailable) as refusal:
        hold(performance, "A1")
    assert "A" in refusal.value.unavailable[0]
    assert Hold.objects.count() == 1


def test_it_holds_the_rest_and_names_the_unavailable_seat():
    performance = make_sale()
    hold(performance, "A1")
    held = hold(performance, "A1", "A2")
    assert [place.seat.number for place in held.taken] == ["2"]
    assert len(held.unavailable) == 1


def test_it_takes_a_seat_of_a_lapsed_hold_without_a_sweep():
    performance = make_sale()
    lapsed = make_hold(performance=performance, labels=["A1"])
    age_hold(lapsed, minutes=9)
    held = hold(performance, "A1")
    assert Place.objects.held_by(held.hold).count() == 1
    assert not Place.objects.held_by(lapsed).exists()


def test_it_adds_to_the_customers_hold():
    performance, customer = make_sale(), make_customer()
    first = hold(performance, "A1", "A2", customer=customer).hold
    second = hold(performance, "A3", customer=customer).hold
    assert first == second
    assert first.expires_at == second.expires_at
    assert Place.objects.held_by(first).count() == 3


def test_it_can_be_repeated():
    performance, customer = make_sale(customer_limit=2), make_customer()
    first = hold(performance, "A1", "A2", customer=customer)
    again = hold(performance, "A1", "A2", customer=customer)
    assert again.hold == first.hold
    assert (again.taken, again.unavailable) == ([], [])


def test_it_refuses_more_than_the_customer_limit():
    performance, customer = make_sale(customer_limit=3), make_customer()
    hold(performance, "A1", "A2", customer=customer)
    with pytest.raises(LimitReached) as refusal:
        hold(performance, "A3", "A4", customer=customer)
    assert (refusal.value.limit, refusal.value.have) == (3, 2)
    assert Place.objects.held_at().count() == 2


def test_it_refuses_a_fifth_basket():
    customer = make_customer()
    for _ in range(4):
        hold(make_sale(), "A1", customer=customer)
    with pytest.raises(TooManyBaskets):
        hold(make_sale(), "A1", customer=customer)


def test_it_starts_a_new_hold_when_the_customers_own_has_lapsed():
    performance, customer = make_sale(), make_customer()
    lapsed = hold(performance, "A1", customer=customer).hold
    age_hold(lapsed, minutes=9)
    fresh = hold(performance, "A2", customer=customer).hold
    lapsed.refresh_from_db()
    assert fresh != lapsed
    assert lapsed.status == Hold.Status.LAPSED
    assert Place.objects.get(seat=seats_of(performance, "A1")[0]).state == "available"


@pytest.mark.parametrize(
    "fields", [{"status": Performance.Status.CANCELLED}, {"status": Performance.Status.DRAFT}]
)
def test_it_refuses_what_is_not_on_sale(fields):
    performance = make_sale()
    Performance.objects.filter(pk=performance.pk).update(**fields)
    clear_cached_terms(performance.pk)
    with pytest.raises(NotOnSale):
        hold(performance, "A1")


def test_it_refuses_an_empty_selection():
    with pytest.raises(NothingSelected):
        hold_seats(performance_id=make_sale().pk, seat_ids=[], customer=make_customer())


@pytest.mark.usefixtures("keep_caches")
def test_it_makes_the_same_number_of_queries_for_one_seat_as_for_eight():
    performance = make_sale(customer_limit=8)
    counts = []
    for labels in (["A1"], [f"B{number}" for number in range(1, 9)]):
        seat_ids = seats_of(performance, *labels)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            hold_seats(performance_id=performance.pk, seat_ids=seat_ids, customer=make_customer())
        counts.append(len(queries))
    assert counts[1] <= counts[0] <= 12
