"""64 concurrent buyers of one seat."""

import pytest

from bookings.exceptions import PlacesUnavailable
from bookings.models import Hold, Place
from bookings.sale import holds, locks
from bookings.sale.holds import hold_seats
from core.database.prepared import PreparedQuery
from core.testing.races import losers, meet_after, race, winners

from .factories import make_customer, make_sale, seats_of

pytestmark = pytest.mark.django_db(transaction=True)


def without_lock(prepared_query):
    """Return the query without FOR UPDATE."""
    queryset = prepared_query.__wrapped__()
    queryset.query.select_for_update = False
    compiled = PreparedQuery(queryset)
    return lambda: compiled


def buyer(performance, seat_ids):
    customer = make_customer()
    return lambda: hold_seats(performance_id=performance.pk, seat_ids=seat_ids, customer=customer)


def test_one_of_sixty_four_buyers_gets_the_seat():
    performance = make_sale()
    seat_ids = seats_of(performance, "A1")
    outcomes = race(*[buyer(performance, seat_ids) for _ in range(64)])
    assert len(winners(outcomes)) == 1
    assert len(losers(outcomes, PlacesUnavailable)) == 63
    assert Place.objects.held_at().count() == 1
    assert Hold.objects.count() == 1


def test_without_the_lock_two_buyers_believe_they_have_the_seat(monkeypatch):
    """Control: without the lock two buyers get the seat."""
    performance = make_sale()
    seat_ids = seats_of(performance, "A1")
    monkeypatch.setattr(locks, "_open_seats", without_lock(locks._open_seats))
    meet_after(monkeypatch, holds.locks, "lock_open_seats", 2)
    outcomes = race(*[buyer(performance, seat_ids) for _ in range(2)])
    assert len(winners(outcomes)) == 2
    assert Place.objects.held_at().count() == 1


def test_buyers_of_overlapping_selections_never_share_a_seat_and_never_deadlock():
    performance = make_sale(customer_limit=10)
    row = seats_of(performance, *[f"A{number}" for number in range(1, 11)])
    choices = [row[start : start + 4] for start in range(7)]
    choices += [list(reversed(choice)) for choice in choices]
    outcomes = race(*[buyer(performance, choice) for choice in choices * 4])
    losers(outcomes, PlacesUnavailable)
    taken = [place.pk for held in winners(outcomes) for place in held.taken]
    assert len(taken) == len(set(taken)) == Place.objects.held_at().count()
