"""The same hold bought twice at once; limits under concurrency; expiry while paying."""

import pytest

from bookings.exceptions import LimitReached
from bookings.models import Order, Place, Ticket
from bookings.sale import locks, orders
from bookings.sale.customers import Customer
from bookings.sale.orders import place_order
from bookings.sale.quotes import quote_hold
from core.database.locks import database_now
from core.testing.races import losers, meet_after, race, winners
from payments.models import Payment, Refund

from .factories import age_hold, make_hold, make_order, make_sale, pay

pytestmark = pytest.mark.django_db(transaction=True)


def buy(hold, email):
    seen = quote_hold(hold).token
    return lambda: place_order(
        hold=hold, quote_token=seen, customer=Customer(hold.visitor), email=email, name="Alice"
    )


def test_two_tabs_ordering_the_same_hold_get_the_same_order():
    hold = make_hold()
    outcomes = race(*[buy(hold, "alice@example.org") for _ in range(8)])
    assert len({order.reference for order in winners(outcomes)}) == 1
    assert len(winners(outcomes)) == 8
    assert Order.objects.count() == 1


def test_the_customer_limit_holds_for_concurrent_orders():
    performance = make_sale(customer_limit=2)
    holds = [make_hold(performance=performance, labels=[f"A{n}", f"B{n}"]) for n in range(1, 9)]
    outcomes = race(*[buy(hold, "alice@example.org") for hold in holds])
    assert len(winners(outcomes)) == 1
    assert len(losers(outcomes, LimitReached)) == 7


def test_without_the_lock_the_limit_is_exceeded(monkeypatch):
    """Control: without the lock, counting before writing is not enough."""
    performance = make_sale(customer_limit=2)
    holds = [make_hold(performance=performance, labels=[f"A{n}", f"B{n}"]) for n in (1, 2)]
    monkeypatch.setattr(locks, "lock_buyer", lambda **names: database_now())
    meet_after(monkeypatch, orders, "count_other_places", 2)
    outcomes = race(*[buy(hold, "alice@example.org") for hold in holds])
    assert len(winners(outcomes)) == 2


def test_a_payment_and_a_new_buyer_compete_at_the_moment_of_expiry():
    """The order either gets its seat or is refunded."""
    performance = make_sale()
    orders = [
        make_order(hold=make_hold(performance=performance, labels=[f"A{n}"]), email=f"{n}@x.org")
        for n in range(1, 9)
    ]
    for order in orders:
        age_hold(order.hold, minutes=9)
    takers = [lambda n=n: make_hold(performance=performance, labels=[f"A{n}"]) for n in range(1, 9)]
    race(*[lambda order=order: pay(order) for order in orders], *takers)
    for order in orders:
        order.refresh_from_db()
        refunds = Refund.objects.filter(payment__purpose=order.reference)
        if order.status == Order.Status.PAID:
            assert order.tickets.valid().count() == 1
            assert not refunds.exists()
        else:
            assert refunds.get().amount == order.total
    assert Ticket.objects.valid().count() == Place.objects.sold().count()
    assert Payment.objects.captured().count() == 8
