"""Lists at the door, by the role that needs them, with the clicks counted."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import User
from accounts.roles import Role
from accounts.tests import browser
from accounts.tests.factories import make_staff
from bookings.models import Order
from bookings.tests.factories import make_hold, make_paid_order, make_sale, seated
from core.testing.clicks import within_aim
from core.testing.page_faults import faults_of
from finance.till.sessions import open_till

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def performance():
    performance = make_sale(sections=[seated(kinds={"D1": "wheelchair"})])
    make_paid_order(hold=make_hold(performance=performance, labels=["A1", "D1"]))
    return performance


def log_in(context, url, role):
    page = context.new_page()
    browser.log_in(page, email=make_staff(role).email, path=url)
    return page


@pytest.fixture
def door(browser_context, live_server, performance):
    """Return a phone of door staff, on the page of the performance."""
    context = browser_context(phone=True, base_url=live_server.url)
    return log_in(context, f"/door/{performance.pk}/", Role.DOOR)


def test_a_door_list_is_printed(door):
    with within_aim(door, 14):
        door.get_by_role("link", name="Lists", exact=True).click()
        link = door.get_by_role("link", name=re.compile(r"PDF\s*: Door list"))
        assert door.request.get(link.get_attribute("href")).body().startswith(b"%PDF")
        link.click()


def test_who_has_a_wheelchair_space_is_listed(door):
    with within_aim(door, 19):
        open_list(door, "Access list", "wheelchair space")
    assert faults_of(door) == []


def test_who_did_not_come_is_listed(door):
    with within_aim(door, 24):
        open_list(door, "No-shows", "Alice Archer")
    assert faults_of(door) == []


def open_list(door, name, text):
    door.get_by_role("link", name="Lists", exact=True).click()
    door.get_by_role("link", name=name, exact=True).click()
    expect(door.get_by_role("heading", name=name)).to_be_visible()
    expect(door.get_by_text(text).first).to_be_visible()


def test_tickets_are_sold_for_cash(browser_context, live_server, performance):
    context = browser_context(phone=True, base_url=live_server.url)
    phone = log_in(context, f"/door/{performance.pk}/", Role.DOOR)
    open_till(
        cashier=User.objects.get(is_staff=True), till="Door", currency="EUR", opening_float=100
    )
    with within_aim(phone, 20):
        phone.get_by_role("link", name="Sell tickets").click()
        phone.get_by_label("Quantity").fill("3")
        phone.get_by_role("button", name="Continue to payment").click()
        expect(phone.get_by_role("heading", name="Total: €135")).to_be_visible()
        phone.get_by_role("button", name="€140").click()
        expect(phone.get_by_text("Change: 5")).to_be_visible()
        phone.get_by_role("button", name="Payment received").click()
        expect(phone.get_by_role("heading", name="Sold: €135")).to_be_visible()
    assert Order.objects.order_by("-pk")[0].channel == "door"


def test_the_till_is_cashed_up(browser_context, live_server, performance):
    context = browser_context(phone=True, base_url=live_server.url)
    phone = log_in(context, "/door/", Role.DOOR)
    session = open_till(
        cashier=User.objects.get(is_staff=True), till="Door", currency="EUR", opening_float=100
    )
    phone.goto("/till/")
    with within_aim(phone, 21):
        phone.get_by_role("link", name="Cash up").click()
        phone.get_by_label("€50", exact=True).fill("2")
        phone.get_by_role("button", name="Continue").click()
        expect(phone.get_by_text("No difference")).to_be_visible()
        phone.get_by_role("button", name="Close till").click()
        expect(phone.get_by_role("heading", name="Cash-up: Door")).to_be_visible()
    session.refresh_from_db()
    assert (session.counted, session.closed_at is not None) == (100, True)


def test_a_manager_sees_who_came(browser_context, live_server, performance):
    url = f"/admin/shows/performance/{performance.pk}/change/"
    page = log_in(browser_context(base_url=live_server.url), url, Role.MANAGER)
    with within_aim(page, 25):
        page.get_by_role("link", name=re.compile("Lists and attendance")).first.click()
        page.get_by_role("link", name="Attendance", exact=True).click()
        expect(page.get_by_text("0 of 2 admitted (0 %)")).to_be_visible()
