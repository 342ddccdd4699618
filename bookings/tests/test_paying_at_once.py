"""Concurrent requests to pay charge the customer once."""

import pytest

from bookings.aftersale.change_payments import start_change_payment
from bookings.aftersale.customer_status import CustomerStatus, OrderState
from bookings.aftersale.ticket_changes import change_concessions, difference_of
from bookings.sale.orders import start_order_payment
from bookings.sale.queries import is_confirmed
from core.testing.races import losers, race
from payments.charges import pay_url, settle_payment
from payments.exceptions import AlreadyPaid
from payments.models import DemoCharge, Payment, Refund
from payments.providers.demo import bank

from .browsing import browser_of
from .factories import make_customer, make_hold, make_order, make_paid_order, make_sale, pay

pytestmark = pytest.mark.django_db(transaction=True)


def pay_at_provider(payment):
    """Open the simulated payment page and press its button, as one tab does."""
    pay_url(payment)
    bank.pay(DemoCharge.objects.get(key=payment.key))
    return settle_payment(payment)


def charged():
    return DemoCharge.objects.filter(status=DemoCharge.Status.PAID).count()


def test_a_payment_is_not_started_for_an_order_paid_meanwhile():
    order = make_order()
    stale = type(order).objects.get(pk=order.pk)
    pay(order)
    with pytest.raises(AlreadyPaid):
        start_order_payment(order=stale, return_url="/")
    assert Payment.objects.count() == 1


def test_without_the_guard_it_is_started(monkeypatch):
    """Control: without the guard a second payment is started."""
    monkeypatch.setattr("bookings.sale.orders.is_confirmed", lambda order: False)
    order = make_order()
    pay(order)
    pay_at_provider(start_order_payment(order=order, return_url="/"))
    assert charged() == 2
    assert Refund.objects.count() == 1


def test_16_concurrent_payments_make_one_charge():
    order = make_order()
    outcomes = race(
        *[lambda: pay_at_provider(start_order_payment(order=order, return_url="/"))] * 16
    )
    losers(outcomes, AlreadyPaid)
    assert charged() == 1
    assert Payment.objects.count() == 1
    assert Refund.objects.count() == 0
    assert is_confirmed(order)


def test_a_payment_captured_while_another_is_started_is_noticed():
    """The second request waits for the first one's transaction and sees its result."""
    order = make_order()
    first = start_order_payment(order=order, return_url="/")
    pay_url(first)
    DemoCharge.objects.update(status=DemoCharge.Status.PAID)
    outcomes = race(
        lambda: settle_payment(first),
        *[lambda: start_order_payment(order=order, return_url="/")] * 8,
    )
    losers(outcomes, AlreadyPaid)
    assert Payment.objects.count() == 1


def test_the_page_redirects_to_the_order_instead(monkeypatch):
    alice = make_customer()
    order = make_order(hold=make_hold(customer=alice))
    pay(order)
    # As if it had been paid after the page was loaded.
    as_it_was = CustomerStatus(order, OrderState.TO_PAY)
    monkeypatch.setattr(
        "bookings.views.orders.customer_status_of", lambda *args, **kwargs: as_it_was
    )
    response = browser_of(alice).post(f"{order.get_absolute_url()}pay/")
    assert (response.status_code, response["Location"]) == (303, order.get_absolute_url())
    assert Payment.objects.count() == 1


def test_a_paid_change_is_not_charged_again():
    sale = make_sale(prices={"Regular": ("45.10", "3.33")}, concessions={"Child": 50})
    order = make_paid_order(hold=make_hold(performance=sale, labels=("A1",)))
    change_to(order, "Child")
    waiting = change_to(order, "")
    outcomes = race(
        *[lambda: pay_at_provider(start_change_payment(change=waiting, return_url="/"))] * 8
    )
    losers(outcomes, AlreadyPaid)
    assert Payment.objects.filter(purpose=waiting.reference).count() == 1
    with pytest.raises(AlreadyPaid):
        start_change_payment(change=waiting, return_url="/")
    assert charged() == 2  # The order, and its change.


def change_to(order, concession):
    ticket = order.tickets.select_related("place").get()
    chosen = {ticket.pk: concession}
    seen = difference_of(order=order, tickets=[ticket], concessions=chosen).token
    return change_concessions(order=order, concessions=chosen, seen=seen, actor="test")
