"""GET /tickets/…: the tickets for the entrance, and what a service worker may keep of them."""

import re
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.tests.factories import make_user
from bookings.aftersale.cancellation import cancel_tickets
from bookings.aftersale.resend import reissue_tickets
from bookings.documents.ticket_codes import qr_svg
from bookings.sale.customers import Customer
from bookings.staff_operations.performance_cancellation import cancel_performance
from shows.models import Performance
from shows.terms import clear_cached_terms
from shows.tests.factories import make_concession

from .browsing import browser_of
from .factories import make_customer, make_hold, make_order, make_paid_order

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice():
    return make_customer()


@pytest.fixture
def order(alice):
    return make_paid_order(hold=make_hold(customer=alice))


def address_of(order):
    return f"/tickets/{order.reference}/"


def text_of(response):
    return response.content.decode()


def state_of(browser, order):
    return browser.get(f"{address_of(order)}state/").json()["version"]


def test_only_concessions_that_require_proof_ask_for_it(alice, order):
    proofs = {"Student": "Student card", "Group": ""}
    for name, proof in proofs.items():
        make_concession(performance=order.performance, name=name, proof=proof)
    clear_cached_terms()
    # Of what is no longer offered nobody knows.
    asked = {"Student": True, "Group": False, "Complimentary": False, "Pensioner": True}
    for name, is_asked in asked.items():
        order.tickets.update(concession=name)
        text = text_of(browser_of(alice).get(address_of(order)))
        assert (f"{name}: please bring proof" in text) == is_asked


def test_each_ticket_has_a_screen_with_its_code_and_links_to_its_neighbours(alice, order):
    venue = order.performance.venue
    venue.entrances = "Stalls: Gate 3"
    venue.save()
    doors = order.performance.starts_at - timedelta(hours=1)
    Performance.objects.filter(pk=order.performance_id).update(doors_at=doors)
    clear_cached_terms()
    text = text_of(browser_of(alice).get(address_of(order)))
    first, second = order.tickets.order_by("place_id")
    assert text.count('class="ticket-screen"') == 2
    for ticket in (first, second):
        assert qr_svg(ticket) in text
    assert f'href="#ticket-{second.pk}" aria-label="Next ticket"' in text
    assert f'href="#ticket-{first.pk}" aria-label="Previous ticket"' in text
    for shown in ("Gate 3", venue.name, order.performance.show.title, "1 / 2", "Doors"):
        assert shown in text, shown


def test_many_tickets_cost_as_many_queries_as_one(alice):
    one = make_paid_order(hold=make_hold(customer=alice, labels=["A1"]))
    many = make_paid_order(hold=make_hold(customer=alice, labels=["A1", "A2", "A3", "A4"]))
    browser, counts = browser_of(alice), []
    for order in (one, many):
        browser.get(address_of(order))
        with CaptureQueriesContext(connection) as queries:
            browser.get(address_of(order))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 4


def test_only_those_who_may_see_the_order_see_its_tickets(alice, order):
    for path in (address_of(order), f"{address_of(order)}state/"):
        assert browser_of(alice).get(path).status_code == 200
        response = browser_of(make_customer()).get(path)
        assert response.status_code == 404
        assert "ticket-large-code" not in text_of(response)
        assert "X-Keep-Until" not in response


@pytest.mark.parametrize("page", ["order", "tickets", "cancel", "change"])
def test_seats_are_named_in_the_language_of_the_page(alice, order, page):
    """The order and its documents keep the language in which it was placed."""
    own = order.get_absolute_url()
    addresses = {"order": own, "tickets": address_of(order)}
    browser = browser_of(alice)
    before = state_of(browser, order)
    path = addresses.get(page) or f"{own}{page}/"
    english = text_of(browser.get(path))
    german = text_of(browser.get(path, headers={"Accept-Language": "de"}))
    assert "row A" in english and "Reihe A" not in english
    assert "Reihe A" in german and "row A" not in german
    assert state_of(browser, order) == before
    assert set(order.tickets.values_list("label", flat=True)) == {
        "Stalls, row A, seat 1",
        "Stalls, row A, seat 2",
    }


def test_the_link_of_the_email_opens_them_too(order):
    browser = Client()
    browser.get(f"{order.get_absolute_url()}?key={order.key}")
    assert browser.get(address_of(order)).status_code == 200
    other = Client()
    response = other.get(f"{address_of(order)}?key={order.key}")
    assert (response.status_code, response.url) == (303, address_of(order))
    assert other.get(address_of(order)).status_code == 200


def test_an_order_that_is_not_paid_has_none(alice):
    order = make_order(hold=make_hold(customer=alice))
    assert browser_of(alice).get(address_of(order)).url == order.get_absolute_url()


def test_a_cancelled_ticket_has_no_code_and_says_so(alice, order):
    browser, before = browser_of(alice), state_of(browser_of(alice), order)
    cancelled = order.tickets.order_by("place_id").first()
    code = qr_svg(cancelled)
    cancel_tickets(order=order, ticket_ids=[cancelled.pk], actor="test")
    text = text_of(browser.get(address_of(order)))
    assert code not in text
    assert text.count("ticket-large-code") == text.count("admit anybody") == 1
    assert state_of(browser, order) != before


def test_a_reissued_ticket_shows_its_new_code_and_open_pages_hear_of_it(alice, order):
    browser, ticket = browser_of(alice), order.tickets.first()
    code, before = qr_svg(ticket), state_of(browser_of(alice), order)
    assert code in text_of(browser.get(address_of(order)))
    reissue_tickets(order=order, actor="test")
    ticket.refresh_from_db()
    text = text_of(browser.get(address_of(order)))
    assert code not in text and qr_svg(ticket) in text
    assert state_of(browser, order) != before


def test_a_cancelled_show_has_no_codes(alice, order):
    cancel_performance(performance=order.performance, actor="test", reason="Ill")
    clear_cached_terms()
    text = text_of(browser_of(alice).get(address_of(order)))
    assert "This show has been cancelled." in text
    assert "ticket-large-code" not in text


def test_it_may_be_kept_until_the_show_is_over(alice, order):
    response = browser_of(alice).get(address_of(order))
    assert "no-store" in response["Cache-Control"]
    kept = int(response["X-Keep-Until"])
    assert kept == int((order.performance.ends_at + timedelta(hours=6)).timestamp())
    past = timezone.now() - timedelta(days=2)
    Performance.objects.filter(pk=order.performance_id).update(starts_at=past)
    clear_cached_terms()
    response = browser_of(alice).get(address_of(order))
    assert "X-Keep-Until" not in response
    assert "This show is over." in text_of(response)


def test_kept_pages_name_their_owner_without_giving_them_away(alice):
    bob = Customer(alice.visitor, make_user("bob@example.org"))
    orders = [make_paid_order(hold=make_hold(customer=who), user=who.user) for who in (alice, bob)]
    owners = [
        browser_of(who).get(address_of(order))["X-Ticket-Owner"]
        for who, order in zip((alice, bob), orders, strict=True)
    ]
    assert owners[0] != owners[1]
    assert alice.visitor not in "".join(owners)


def test_the_list_has_coming_performances_with_valid_tickets(alice, order):
    cancelled = make_paid_order(hold=make_hold(customer=alice))
    cancel_tickets(
        order=cancelled, ticket_ids=[ticket.pk for ticket in cancelled.tickets.all()], actor="test"
    )
    response = browser_of(alice).get("/tickets/")
    assert re.findall(r'href="(/tickets/\w+/)"', text_of(response)) == [address_of(order)]
    assert int(response["X-Keep-Until"]) > time.time()
    stranger = Client().get("/tickets/")
    assert order.reference not in text_of(stranger)
    assert "X-Keep-Until" not in stranger


def test_the_worker_is_limited_to_ticket_pages_and_checked_for_changes():
    response = Client().get("/tickets/worker-en.js")
    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert response["Cache-Control"] == "public, max-age=300"
    assert "Service-Worker-Allowed" not in response
    assert "default-src 'self'" in response["Content-Security-Policy"]


def test_the_manifest_starts_with_the_list():
    response = Client().get("/tickets/app.webmanifest")
    assert response["Content-Type"] == "application/manifest+json"
    described = response.json()
    assert described["start_url"] == described["scope"] == described["id"] == "/tickets/"
    for icon in described["icons"]:
        assert icon["src"].startswith("/static/")


@pytest.mark.parametrize("path", ["/accounts/logout/", "/admin/logout/"])
def test_logging_out_leads_by_the_address_that_the_worker_acts_on(path):
    browser = Client()
    browser.force_login(make_user("staff@example.org", is_staff=True))
    response = browser.post(path)
    assert response.status_code == 302
    assert response.url.startswith("/tickets/logged-out/?next=%2F")
    assert browser.get(response.url).status_code == 303


def test_it_leads_to_our_own_pages_only():
    assert Client().get("/tickets/logged-out/?next=//evil.example/").url == "/"
    assert Client().get("/tickets/logged-out/?next=/admin/").url == "/admin/"
