"""Logging out hides the account's data from the next user of the browser."""

import pytest
from django.test import Client

from accounts.tests.factories import PASSWORD
from accounts.tests.factories import make_user as make_account
from bookings.access import KEY_COOKIE
from bookings.aftersale.personal_data import personal_data_of
from bookings.models import Hold, Order
from bookings.sale.customers import COOKIE, Customer
from waitingroom.tests.factories import make_room

from .browsing import filled_in
from .factories import (
    make_hold,
    make_order,
    make_paid_order,
    make_sale,
    pay,
    seats_of,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice():
    return make_account("alice@example.org", name="Alice")


@pytest.fixture
def bob():
    return make_account("bob@example.org", name="Bob")


def log_in(client, user):
    form = {"login": user.email, "password": PASSWORD}
    assert client.post("/accounts/login/", form).status_code == 302


def log_out(client):
    assert client.post("/accounts/logout/").status_code == 302


def hold_in(client, sale, *labels):
    """Hold seats through the page of the performance; return the hold."""
    form = {"seat": seats_of(sale, *labels)}
    assert client.post(f"/performances/{sale.pk}/hold/", form).status_code == 303
    return Hold.objects.latest("pk")


def buy_in(client, sale, *labels):
    """Hold, order and pay in this browser; return the order."""
    hold = hold_in(client, sale, *labels)
    page = client.get(hold.get_absolute_url())
    assert client.post(hold.get_absolute_url(), filled_in(page)).status_code == 303
    order = Order.objects.get(hold=hold)
    pay(order)
    order.refresh_from_db()
    return order


def pages_of(order):
    ticket = order.tickets.first()
    here, tickets = order.get_absolute_url(), f"/tickets/{order.reference}/"
    return [
        ("get", tickets),
        ("get", f"{tickets}state/"),
        ("get", here),
        ("get", f"{here}state/"),
        ("post", f"{here}pay/"),
        ("get", f"{here}tickets.pdf"),
        ("get", f"{here}tickets/{ticket.pk}.pdf"),
        ("get", f"{here}calendar.ics"),
        ("get", f"{here}cancel/"),
        ("post", f"{here}cancel/"),
        ("get", f"{here}change/"),
        ("post", f"{here}change/"),
        ("post", f"{here}change/pay/"),
        ("post", f"{here}change/drop/"),
    ]


def assert_hidden(client, order):
    for method, address in pages_of(order):
        response = getattr(client, method)(address)
        assert response.status_code == 404, f"{method} {address}"
        assert order.name not in response.content.decode()
    for address in ("/orders/", "/orders/bookings.csv", "/basket/"):
        assert order.reference not in b"".join(client.get(address)).decode()
    assert client.get(order.hold.get_absolute_url()).status_code == 404


def assert_shown(client, order):
    for method, address in pages_of(order):
        if method == "get":
            assert client.get(address).status_code != 404, address
    assert order.reference in client.get("/orders/").content.decode()


def test_the_next_person_using_the_browser_sees_nothing_of_the_account(alice, bob):
    browser = Client()
    log_in(browser, alice)
    order = buy_in(browser, make_sale(), "A1", "A2")
    assert_shown(browser, order)
    log_out(browser)
    assert_hidden(browser, order)
    log_in(browser, bob)
    assert_hidden(browser, order)


def test_a_purchase_begun_as_guest_and_finished_with_an_account_is_hidden_too(alice, bob):
    browser = Client()
    hold = hold_in(browser, make_sale(), "A1")
    log_in(browser, alice)
    page = browser.get(hold.get_absolute_url())
    browser.post(hold.get_absolute_url(), filled_in(page))
    order = Order.objects.get(hold=hold)
    pay(order)
    assert_shown(browser, order)
    log_out(browser)
    assert_hidden(browser, order)
    log_in(browser, bob)
    assert_hidden(browser, order)


def test_it_deletes_the_cookies_of_visitor_basket_and_queue(alice):
    sale, queued = make_sale(), make_sale()
    make_room(performance=queued)
    browser = Client()
    log_in(browser, alice)
    hold_in(browser, sale, "A1")
    browser.get(f"/basket/aside/{sale.pk}/")
    browser.post(f"/queue/{queued.pk}/join/")
    assert browser.get(f"/queue/{queued.pk}/place/").status_code == 200
    assert {"visitor", "basket", "queue_token"} <= set(browser.cookies)
    token = browser.cookies["queue_token"].value
    ended = browser.post("/accounts/logout/").cookies
    for name in ("visitor", "basket", "queue_token"):
        assert ended[name]["max-age"] == 0, name
    assert ended["queue_token"]["path"] == f"/queue/{queued.pk}/"
    browser.cookies["queue_token"] = token
    assert browser.get(f"/queue/{queued.pk}/place/").url == f"/queue/{queued.pk}/"


def test_a_copied_visitor_cookie_is_worthless_without_the_account(alice, bob):
    """The session ended without a log-out: it expired, or the password changed."""
    browser = Client()
    log_in(browser, alice)
    hold = hold_in(browser, sale := make_sale(), "A1")
    for user in (None, bob):
        next_one = Client()
        next_one.cookies[COOKIE] = browser.cookies[COOKIE].value
        if user:
            log_in(next_one, user)
        assert next_one.get(hold.get_absolute_url()).status_code == 404
        assert next_one.get(f"/basket/aside/{sale.pk}/").status_code == 204
        others = hold_in(next_one, sale, "B1" if user else "C1")
        assert others.visitor != hold.visitor
        assert next_one.get(others.get_absolute_url()).status_code == 200


def test_logging_out_of_the_admin_works_the_same():
    staff = make_account("staff@example.org", is_staff=True, is_superuser=True)
    browser = Client()
    log_in(browser, staff)
    order = buy_in(browser, make_sale(), "A1")
    assert browser.post("/admin/logout/").cookies[COOKIE]["max-age"] == 0
    assert_hidden(browser, order)


def test_logging_in_assigns_the_guests_basket_to_the_account(alice, bob):
    browser = Client()
    hold = hold_in(browser, make_sale(), "A1")
    log_in(browser, alice)
    assert browser.get(hold.get_absolute_url()).status_code == 200
    log_out(browser)
    assert browser.get(hold.get_absolute_url()).status_code == 404
    log_in(browser, bob)
    assert browser.get(hold.get_absolute_url()).status_code == 404
    other_device = Client()
    log_in(other_device, alice)
    assert other_device.get(hold.get_absolute_url()).status_code == 200


def test_after_logging_out_a_guest_buys_as_a_new_visitor(alice):
    browser = Client()
    log_in(browser, alice)
    first = hold_in(browser, sale := make_sale(), "A1")
    log_out(browser)
    second = hold_in(browser, sale, "B1")
    assert second.user is None
    assert second.visitor != first.visitor
    assert browser.get(second.get_absolute_url()).status_code == 200


def test_a_guests_order_stays_in_the_browser_and_belongs_to_the_account_of_its_address(alice, bob):
    browser = Client()
    order = buy_in(browser, make_sale(), "A1")
    assert order.user is None
    assert order.email == alice.email
    assert_shown(browser, order)
    other_device = Client()
    log_in(other_device, alice)
    assert_shown(other_device, order)
    log_out(other_device)
    assert_hidden(other_device, order)
    strange = Client()
    log_in(strange, bob)
    assert_hidden(strange, order)
    assert_shown(browser, order)


def test_the_link_in_the_email_opens_an_order_until_log_out(alice, bob):
    order = make_paid_order(hold=make_hold(customer=Customer("v", alice)), user=alice)
    browser = Client()
    link = f"{order.get_absolute_url()}?key={order.key}"
    assert browser.get(link).status_code == 303
    assert browser.get(order.get_absolute_url()).status_code == 200
    assert browser.get(f"{order.get_absolute_url()}tickets.pdf").status_code == 200
    log_in(browser, bob)
    assert browser.get(order.get_absolute_url()).status_code == 200
    log_out(browser)
    assert_hidden(browser, order)


def test_the_cookie_of_a_link_does_not_contain_the_key(client):
    order = make_order()
    response = client.get(f"{order.get_absolute_url()}?key={order.key}")
    assert response.cookies[KEY_COOKIE]["path"] == order.get_absolute_url()
    assert order.key not in str(response.cookies)


def test_the_data_export_contains_no_order_of_another_account(alice, bob):
    hold = make_hold(customer=Customer("v", bob))
    others = make_paid_order(hold=hold, user=bob, email=alice.email)
    guests = make_paid_order(email=alice.email)
    exported = [order["reference"] for order in personal_data_of(alice)["orders"]]
    assert guests.reference in exported
    assert others.reference not in exported
    browser = Client()
    log_in(browser, alice)
    exported = browser.get("/accounts/data/concert.json").content.decode()
    assert guests.reference in exported
    assert others.reference not in exported
