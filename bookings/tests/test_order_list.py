"""/orders/: what a customer has booked."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings.visitors import Customer
from shows.models import Performance
from shows.tests.factories import make_user

from .browsing import browser_of
from .factories import age_hold, make_customer, make_hold, make_order, make_paid_order, make_sale

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice():
    return make_customer()


def booked(customer, **fields):
    hold = make_hold(performance=make_sale(**fields), customer=customer)
    return make_paid_order(hold=hold, user=customer.user)


def shown(browser, when=""):
    return browser.get("/orders/", {"when": when}).context["page"].object_list


def test_it_lists_what_this_browser_has_booked(alice):
    order = booked(alice)
    booked(make_customer())
    response = browser_of(alice).get("/orders/")
    assert list(response.context["page"].object_list) == [order]
    text = response.content.decode()
    assert order.reference in text and "2 tickets" in text and "€90" in text
    assert "no-store" in response["Cache-Control"]


def test_it_lists_the_accounts_orders_everywhere(alice):
    user = make_user()
    order = booked(Customer(alice.visitor, user))
    assert list(shown(browser_of(make_customer(user=user)))) == [order]


def test_it_lists_what_the_browser_booked_before_it_logged_in(alice):
    order = booked(alice)
    assert list(shown(browser_of(Customer(alice.visitor, make_user())))) == [order]


def test_it_parts_what_is_to_come_from_what_is_past(alice):
    soon, later, past = booked(alice, starts_in=timedelta(days=3)), booked(alice), booked(alice)
    Performance.objects.filter(pk=past.performance_id).update(
        starts_at=past.performance.starts_at - timedelta(days=60)
    )
    browser = browser_of(alice)
    assert list(shown(browser)) == [soon, later]
    assert list(shown(browser, "past")) == [past]


def test_tonights_show_is_still_found_after_it_has_begun(alice):
    order = booked(alice)
    start = order.performance.starts_at - timedelta(days=30, hours=1)
    Performance.objects.filter(pk=order.performance_id).update(starts_at=start)
    assert list(shown(browser_of(alice))) == [order]


def test_it_shows_orders_that_can_still_be_paid(alice):
    order = make_order(hold=make_hold(customer=alice))
    browser = browser_of(alice)
    assert list(shown(browser)) == [order]
    assert "awaiting payment" in browser.get("/orders/").content.decode()
    age_hold(order.hold, minutes=9)
    assert list(shown(browser)) == []


def test_it_tells_guests_how_to_find_a_booking():
    text = Client().get("/orders/").content.decode()
    assert "No tickets yet" in text and "Is a booking missing?" in text
    text = browser_of(make_customer(user=make_user())).get("/orders/").content.decode()
    assert "Is a booking missing?" not in text


def test_its_queries_do_not_grow_with_the_orders(alice):
    customer = Customer(alice.visitor, make_user())
    browser = browser_of(customer)
    browser.get("/orders/")
    counts = []
    for _more in range(2):
        booked(customer)
        booked(customer)
        with CaptureQueriesContext(connection) as queries:
            browser.get("/orders/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_it_turns_pages(alice, monkeypatch):
    monkeypatch.setattr("bookings.views.orders.ON_A_PAGE", 1)
    booked(alice)
    booked(alice)
    browser = browser_of(alice)
    assert len(browser.get("/orders/", {"page": "2"}).context["page"].object_list) == 1
    assert browser.get("/orders/", {"page": "x"}).status_code == 200


def test_posting_is_refused():
    assert Client().post("/orders/").status_code == 405
