"""Concurrent buyers of the last 100 standing places."""

import random
from itertools import chain

import pytest

from bookings.exceptions import PlacesUnavailable
from bookings.models import Place
from bookings.sale.holds import hold_standing
from bookings.sale.orders import place_order
from bookings.sale.quotes import quote_hold
from core.testing.races import losers, race, winners
from payments.models import Payment

from .factories import make_customer, make_sale, pay, section_of, standing

pytestmark = pytest.mark.django_db(transaction=True)


def ones_while_there_are_any():
    while Place.objects.open_at().exists():
        yield 1


def test_sixty_four_buyers_of_mixed_quantities_buy_exactly_what_there_is():
    performance = make_sale(sections=[standing(capacity=100)], customer_limit=8)
    section = section_of(performance, "Floor")
    rng = random.Random(7)

    def buyer(number):
        customer = make_customer()
        wanted = [rng.choice([1, 2, 3, 4]) for _ in range(2)]

        def buy():
            # A refused buyer tries again with one place while there are any, because another
            # request may have locked the last places for a moment.
            for quantity in chain(wanted, ones_while_there_are_any()):
                try:
                    hold = hold_standing(
                        performance_id=performance.pk,
                        section_id=section.pk,
                        quantity=quantity,
                        customer=customer,
                    ).hold
                except PlacesUnavailable:
                    continue
                order = place_order(
                    hold=hold,
                    quote_token=quote_hold(hold).token,
                    customer=customer,
                    email=f"buyer{number}@example.org",
                    name="Buyer",
                )
                pay(order)
                return quantity
            raise PlacesUnavailable

        return buy

    outcomes = race(*[buyer(number) for number in range(64)])
    losers(outcomes, PlacesUnavailable)
    assert sum(winners(outcomes)) == 100
    assert Place.objects.sold().count() == 100
    assert Payment.objects.captured().count() == len(winners(outcomes))


def test_a_request_for_more_than_is_left_holds_nothing():
    performance = make_sale(sections=[standing(capacity=3)])
    section = section_of(performance, "Floor")
    with pytest.raises(PlacesUnavailable):
        hold_standing(
            performance_id=performance.pk,
            section_id=section.pk,
            quantity=4,
            customer=make_customer(),
        )
    assert Place.objects.open_at().count() == 3
