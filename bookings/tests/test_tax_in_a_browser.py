"""A fee per order and tax, from the show to the ticket, on a phone, with and without scripts."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from core.testing.page_faults import faults_of
from shows.terms import clear_cached_terms
from venues.models import Venue, VenueFees

from .browsing import cookie_of
from .factories import make_customer, make_hold, make_sale

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sale():
    performance = make_sale(concessions={"Child": 50})
    Venue.objects.update(tax_rate=7, fee_tax_rate=19)
    VenueFees.objects.create(venue=performance.venue, channel="web", order_fee=Decimal("1.50"))
    clear_cached_terms()
    return performance


def no_faults(page):
    assert faults_of(page) == []


@pytest.mark.parametrize("javascript", [True, False])
def test_fee_and_tax_are_shown_from_the_first_page_to_the_ticket(
    browser_context, live_server, sale, javascript
):
    alice = make_customer()
    context = browser_context(base_url=live_server.url, phone=True, javascript=javascript)
    context.add_cookies([cookie_of(alice) | {"url": live_server.url}])
    page = context.new_page()
    # Faults are found by a script in the page, which never ends where scripts are off.
    check_page = no_faults if javascript else (lambda page: None)
    for address in (sale.show.get_absolute_url(), sale.get_absolute_url()):
        page.goto(address)
        expect(page.get_by_text("plus €1.50 per order").first).to_be_visible()
        check_page(page)

    hold = make_hold(performance=sale, customer=alice)
    page.goto(hold.get_absolute_url())
    expect(page.get_by_text("Order fee")).to_be_visible()
    expect(page.get_by_text("incl. €5.23 VAT (7% of €74.77)")).to_be_visible()
    check_page(page)
    page.get_by_label("E-mail address").fill("alice@example.org")
    page.get_by_label("Name", exact=True).fill("Alice Archer")
    page.get_by_label("I accept the terms of sale").check()
    page.get_by_role("button", name="Order and pay €91.50").click()
    page.get_by_role("button", name=re.compile("^Pay")).first.click()

    expect(page.get_by_text("incl. €1.84 VAT (19% of €9.66)")).to_be_visible()
    expect(page.get_by_text("Order fee")).to_be_visible()
    check_page(page)


def test_the_tax_follows_the_concession(page, live_server, sale):
    alice = make_customer()
    page.context.add_cookies([cookie_of(alice) | {"url": live_server.url}])
    hold = make_hold(performance=sale, customer=alice, labels=["A1"])
    page.goto(hold.get_absolute_url())
    expect(page.get_by_text("incl. €2.62 VAT (7% of €37.38)")).to_be_visible()
    page.get_by_label("Concession for Stalls, row A, seat 1").select_option("Child, €22.50")
    expect(page.get_by_text("incl. €1.14 VAT (7% of €16.36)")).to_be_visible()
    expect(page.get_by_text("Order and pay €24")).to_be_visible()
