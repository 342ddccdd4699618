"""/orders/: the bookings of a customer."""

import csv
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bookings.sale.customers import Customer
from shows.models import Performance, Show
from shows.tests.factories import make_user

from .browsing import browser_of
from .factories import age_hold, make_customer, make_hold, make_order, make_paid_order, make_sale

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice():
    return make_customer()


def make_booking(customer, **fields):
    hold = make_hold(performance=make_sale(**fields), customer=customer)
    return make_paid_order(hold=hold, user=customer.user)


def shown(browser, when=""):
    return browser.get("/orders/", {"when": when}).context["page"].object_list


def test_it_lists_the_orders_of_this_browser(alice):
    order = make_booking(alice)
    make_booking(make_customer())
    response = browser_of(alice).get("/orders/")
    assert list(response.context["page"].object_list) == [order]
    text = response.content.decode()
    assert order.reference in text and "2 tickets" in text and "€90" in text
    assert "no-store" in response["Cache-Control"]


def test_it_lists_the_orders_of_the_account_everywhere(alice):
    user = make_user()
    order = make_booking(Customer(alice.visitor, user))
    assert list(shown(browser_of(make_customer(user=user)))) == [order]


def test_it_lists_orders_made_in_this_browser_before_logging_in(alice):
    order = make_booking(alice)
    assert list(shown(browser_of(Customer(alice.visitor, make_user())))) == [order]


def test_it_separates_upcoming_from_past_orders(alice):
    soon, later, past = (
        make_booking(alice, starts_in=timedelta(days=3)),
        make_booking(alice),
        make_booking(alice),
    )
    Performance.objects.filter(pk=past.performance_id).update(
        starts_at=past.performance.starts_at - timedelta(days=60)
    )
    browser = browser_of(alice)
    assert list(shown(browser)) == [soon, later]
    assert list(shown(browser, "past")) == [past]


def test_a_show_in_progress_is_listed(alice):
    order = make_booking(alice)
    start = order.performance.starts_at - timedelta(days=30, hours=1)
    Performance.objects.filter(pk=order.performance_id).update(starts_at=start)
    assert list(shown(browser_of(alice))) == [order]


def test_it_lists_orders_that_can_still_be_paid(alice):
    order = make_order(hold=make_hold(customer=alice))
    browser = browser_of(alice)
    assert list(shown(browser)) == [order]
    assert "Awaiting payment" in browser.get("/orders/").content.decode()
    age_hold(order.hold, minutes=9)
    assert list(shown(browser)) == []


def test_it_tells_guests_how_to_find_a_booking():
    text = Client().get("/orders/").content.decode()
    assert "No tickets yet" in text and "Missing a booking?" in text
    text = browser_of(make_customer(user=make_user())).get("/orders/").content.decode()
    assert "Missing a booking?" not in text


@pytest.mark.usefixtures("keep_caches")
def test_its_queries_do_not_grow_with_the_orders(alice):
    customer = Customer(alice.visitor, make_user())
    browser = browser_of(customer)
    browser.get("/orders/")
    counts = []
    for _more in range(2):
        make_booking(customer)
        make_booking(customer)
        with CaptureQueriesContext(connection) as queries:
            browser.get("/orders/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_it_paginates(alice, monkeypatch):
    monkeypatch.setattr("bookings.views.orders.ON_A_PAGE", 1)
    make_booking(alice)
    make_booking(alice)
    browser = browser_of(alice)
    assert len(browser.get("/orders/", {"page": "2"}).context["page"].object_list) == 1
    assert browser.get("/orders/", {"page": "x"}).status_code == 200


def test_post_requests_are_rejected():
    assert Client().post("/orders/").status_code == 405


def test_it_searches_bookings(alice):
    one, other = make_booking(alice), make_booking(alice)
    Show.objects.filter(pk=one.performance.show_id).update(title="Blue Hour")
    browser = browser_of(alice)
    for words, found in [
        ("blue hour", [one]),
        (other.reference.lower(), [other]),
        ("berlin blue", [one]),
        ("Ghent", []),
        ("x\x00" + "y" * 300, []),
    ]:
        response = browser.get("/orders/", {"q": words})
        assert list(response.context["page"].object_list) == found, words
    assert "No bookings found" in browser.get("/orders/?q=Ghent").content.decode()


def test_it_links_to_the_same_list_as_a_file(alice):
    make_booking(alice)
    text = browser_of(alice).get("/orders/?q=berlin&when=").content.decode()
    assert "/orders/bookings.csv?q=berlin" in text and "/orders/bookings.xlsx?q=berlin" in text


def test_the_file_has_a_row_for_each_ticket_of_the_customer(alice):
    order = make_booking(alice)
    make_booking(make_customer())
    Show.objects.filter(pk=order.performance.show_id).update(title="=1+1")
    response = browser_of(alice).get("/orders/bookings.csv")
    assert "no-store" in response["Cache-Control"]
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    heading, *rows = list(csv.reader(text.splitlines()))
    assert len(rows) == 2 and {len(row) for row in rows} == {len(heading)}
    assert rows[0][:2] == [order.reference, "'=1+1"]
    assert rows[0][9:12] == ["45.00", "5.00", "EUR"]


def test_the_file_is_also_available_as_xlsx(alice):
    make_booking(alice)
    response = browser_of(alice).get("/orders/bookings.xlsx?when=past")
    assert response.content.startswith(b"PK")
    assert 'filename="bookings.xlsx"' in response["Content-Disposition"]


def test_the_files_queries_do_not_grow_with_the_orders(alice):
    browser, counts = browser_of(alice), []
    for _more in range(2):
        make_booking(alice)
        make_booking(alice)
        with CaptureQueriesContext(connection) as queries:
            b"".join(browser.get("/orders/bookings.csv").streaming_content)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 3
