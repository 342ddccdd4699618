"""A purchase through Stripe's page, from the basket to the tickets."""

import time

import pytest
import requests

from bookings.models import HARD_CAP, Hold
from bookings.sale.orders import start_order_payment
from bookings.sale.release import release_hold, sweep_lapsed_holds
from payments import provider_calls
from payments.charges import pay_url
from payments.models import PageClosing, Payment
from payments.page_closing import close_requested_pages
from payments.tests.stripe_shop import deliver

from .browsing import browser_of
from .factories import age_hold, make_customer, make_hold, make_order

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice():
    return make_customer()


@pytest.fixture
def order(alice, stripe_sandbox):
    return make_order(hold=make_hold(customer=alice))


def start(browser, order):
    """Press "Pay" and return the address of Stripe's page."""
    response = browser.post(f"{order.get_absolute_url()}pay/")
    assert response.status_code == 303
    return response["Location"]


def pay_at(url, instrument="card"):
    return requests.post(url, data={"instrument": instrument}, allow_redirects=False, timeout=5)


def test_a_customer_pays_and_gets_tickets(order, alice, stripe_sandbox):
    browser = browser_of(alice)
    returned = pay_at(start(browser, order))

    assert returned.headers["Location"].endswith(order.get_absolute_url())
    page = browser.get(order.get_absolute_url())
    assert b"Download tickets" in page.content
    assert set(deliver(stripe_sandbox)) == {200}
    assert Payment.objects.get().status == "captured"


def test_the_webhook_comes_before_the_customer(order, alice, stripe_sandbox):
    browser = browser_of(alice)
    pay_at(start(browser, order))
    deliver(stripe_sandbox)

    order.refresh_from_db()
    assert order.is_confirmed
    assert b"Download tickets" in browser.get(order.get_absolute_url()).content


def test_the_page_is_closed_when_the_hold_lapses(order, alice, stripe_sandbox):
    url = start(browser_of(alice), order)
    age_hold(order.hold, minutes=9)

    sweep_lapsed_holds()
    assert PageClosing.objects.count() == 1
    assert close_requested_pages() == 1

    assert pay_at(url).status_code == 409
    assert Payment.objects.get().status == "expired"
    assert not PageClosing.objects.exists()


def test_the_page_is_closed_when_the_basket_is_emptied(order, alice, stripe_sandbox):
    url = start(browser_of(alice), order)
    release_hold(hold=order.hold, actor="visitor:x")
    close_requested_pages()
    assert pay_at(url).status_code == 409


def test_who_pays_just_before_the_page_is_closed_gets_the_seats(order, alice, stripe_sandbox):
    url = start(browser_of(alice), order)
    age_hold(order.hold, minutes=9)
    sweep_lapsed_holds()
    pay_at(url)

    close_requested_pages()

    order.refresh_from_db()
    assert order.is_confirmed


def test_a_delayed_payment_shows_that_it_is_being_processed(order, alice, stripe_sandbox):
    browser = browser_of(alice)
    start(browser, order)
    stripe_sandbox.behave(delayed="succeeds")
    stripe_sandbox.pay(Payment.objects.get().key)

    page = browser.get(order.get_absolute_url())

    assert Payment.objects.get().status == "pending"
    hold = Hold.objects.get()
    assert hold.expires_at == hold.created_at + HARD_CAP
    assert {place.held_until for place in hold.places.all()} == {hold.expires_at}
    assert b"Your payment is being processed" in page.content
    stripe_sandbox.settle(Payment.objects.get().key)
    deliver(stripe_sandbox)
    order.refresh_from_db()
    assert order.is_confirmed


def test_a_page_that_is_being_opened_is_closed_once_it_is_there(order, alice, stripe_sandbox):
    start_order_payment(order=order, return_url="https://tickets.example.org/")
    release_hold(hold=order.hold, actor="visitor:x")
    assert close_requested_pages() == 0

    url = pay_url(Payment.objects.get())
    PageClosing.objects.update(try_after=order.created_at)
    assert close_requested_pages() == 1
    assert pay_at(url).status_code == 409


def test_a_page_whose_answer_was_lost_is_asked_for_again(order, alice, stripe_sandbox, monkeypatch):
    """The provider made the page, but its answer came neither in time nor late."""
    monkeypatch.setattr(provider_calls, "PATIENCE", 0.1)
    stripe_sandbox.behave(lose_answers=1, lose_for=0.5)
    browser = browser_of(alice)
    waiting = start(browser, order)
    assert waiting.endswith("/pay/page/")
    until = time.monotonic() + 20
    while (response := browser.get(waiting)).status_code == 200:
        assert time.monotonic() < until
        time.sleep(0.05)
    assert response["Location"] == Payment.objects.get().page_url
    assert len(stripe_sandbox.stripe.checkouts) == 1
    provider_calls.reset_slowness()
