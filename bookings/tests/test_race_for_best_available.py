"""Many buyers want the best available seats until the performance is sold out."""

import random

import pytest

from bookings.exceptions import NoMatchingPlaces, PlacesUnavailable
from bookings.models import Hold, Place
from bookings.sale import locks
from bookings.seat_selection.holding import hold_best
from core.testing.races import losers, race, winners

from .factories import make_customer, make_sale, seated

pytestmark = pytest.mark.django_db(transaction=True)


def test_sixty_four_buyers_sell_out_the_venue_without_selling_a_seat_twice():
    performance = make_sale(sections=[seated(rows=12, seats=16)], customer_limit=8)
    rng = random.Random(11)

    def buyer():
        quantities = [rng.randint(1, 4) for _ in range(20)]

        def buy():
            taken = []
            for quantity in quantities:
                # Each request is from another customer, so that limits do not end the race.
                got = _take(performance, quantity)
                if not got:
                    break
                taken.append(got)
            return taken

        return buy

    outcomes = race(*[buyer() for _ in range(64)])
    losers(outcomes, ())
    sold = [seats for taken in winners(outcomes) for seats in taken]
    seats = [seat for together in sold for seat in together]
    assert len(seats) == len(set(seats)) == Place.objects.held_at().count() == 192
    assert Hold.objects.live().count() == len(sold)


def test_without_the_lock_buyers_collide(monkeypatch):
    """Control: without the lock and its condition, the same seats are taken twice."""
    performance = make_sale(sections=[seated(rows=1, seats=4)])

    def unlocked(*, performance_id, seat_ids, now=None):
        places = list(Place.objects.filter(performance_id=performance_id, seat_id__in=seat_ids))
        barrier.wait(30)
        return places

    import threading

    barrier = threading.Barrier(2)
    monkeypatch.setattr(locks, "lock_open_seats", unlocked)
    outcomes = race(*[lambda: _hold(performance, 2) for _ in range(2)])
    first, second = winners(outcomes)
    assert first == second


def _take(performance, quantity):
    """Hold this many seats, or fewer if fewer are left; return them, or none if sold out."""
    while quantity:
        try:
            return _hold(performance, quantity)
        except NoMatchingPlaces:
            quantity -= 1
        except PlacesUnavailable:
            continue
    return []


def _hold(performance, quantity):
    found = hold_best(performance_id=performance.pk, quantity=quantity, customer=make_customer())
    assert len(found.taken) == quantity
    return [place.seat_id for place in found.taken]
