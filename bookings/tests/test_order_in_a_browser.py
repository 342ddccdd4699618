"""Orders in a browser: cancel tickets, change names and concessions."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from bookings.models import Place
from core.testing.page_faults import faults_of
from payments.models import Refund

from .browsing import cookie_of
from .factories import make_customer, make_hold, make_paid_order, make_sale

pytestmark = [pytest.mark.both_sizes, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def order():
    performance = make_sale(concessions={"Child": 50})
    customer = make_customer()
    paid = make_paid_order(hold=make_hold(performance=performance, customer=customer))
    paid.buyer = customer
    return paid


@pytest.fixture
def page(browser_context, live_server, order, screen):
    """Return the page of the order in the buyer's browser."""
    is_phone = screen["width"] < 600
    page = browser_context(phone=is_phone, viewport=screen, base_url=live_server.url).new_page()
    page.context.add_cookies([cookie_of(order.buyer) | {"url": live_server.url}])
    page.goto(order.get_absolute_url())
    return page


def test_a_customer_cancels_one_ticket(page, order):
    page.get_by_role("link", name="Cancel tickets").click()
    page.wait_for_url("**/cancel/")
    assert faults_of(page) == []
    page.get_by_label("row A, seat 2").check()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Cancel these tickets?")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_role("button", name="Cancel 1 ticket").click()
    page.wait_for_url(f"**{order.get_absolute_url()}")
    assert faults_of(page) == []
    assert [ticket.label for ticket in order.tickets.valid()] == ["Stalls, row A, seat 1"]
    assert Refund.objects.get().amount == Decimal("45.00")
    assert Place.objects.get(seat__row="A", seat__number="2").state == "available"


def test_a_customer_changes_a_name_and_a_concession(page, order):
    page.get_by_role("link", name="Change names or concessions").click()
    page.wait_for_url("**/change/")
    assert faults_of(page) == []
    first = page.get_by_role("group", name="row A, seat 1")
    first.get_by_label("Name on ticket").fill("Noa Holt")
    first.get_by_label("Concession").select_option("Child")
    page.get_by_role("button", name="Continue").click()
    expect(page.locator(".total")).to_contain_text("22.50")
    assert faults_of(page) == []
    page.get_by_role("button", name="Change 1 ticket").click()
    page.wait_for_url(f"**{order.get_absolute_url()}")
    changed = order.tickets.get(label__contains="seat 1")
    assert (changed.holder, changed.concession) == ("Noa Holt", "Child")
    assert Refund.objects.get().amount == Decimal("22.50")
