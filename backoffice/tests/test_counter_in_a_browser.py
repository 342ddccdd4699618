"""Sell at the counter in a browser: cash and concessions, on a phone, without JavaScript.

The jobs of a week at the counter are in `core/tests/week/counter.py`.
"""

import re

import pytest
from playwright.sync_api import expect

from accounts.roles import Role
from accounts.tests import browser
from accounts.tests.factories import make_staff
from bookings.models import Order
from bookings.tests.factories import make_sale
from core.testing.page_faults import faults_of
from finance.till.sessions import open_till
from shows.tests.factories import make_concession

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def performance():
    return make_sale()


@pytest.fixture
def clerk(browser_context, live_server, performance):
    """Return a page of box office staff, on the page of the performance."""
    page = browser_context(base_url=live_server.url).new_page()
    return log_in(page, live_server, performance)


def log_in(page, live_server, performance, role=Role.BOX_OFFICE):
    url = f"/admin/shows/performance/{performance.pk}/change/"
    page.staff = make_staff(role)
    browser.log_in(page, email=page.staff.email, path=url)
    return page


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def seat(page, label):
    return page.locator(
        f".seat-map-seat:has([data-label='Stalls, row {label[0]}, seat {label[1:]}'])"
    )


def sell_tickets(page):
    page.get_by_role("link", name=re.compile("Sell tickets")).first.click()


def test_cash_with_change_and_concessions(clerk, performance):
    make_concession(performance=performance, name="Student", value=50)
    open_till(cashier=clerk.staff, till="1", currency="EUR", opening_float=100)
    sell_tickets(clerk)
    seat(clerk, "A1").click()
    seat(clerk, "A2").click()
    button(clerk, "Continue").click()
    clerk.get_by_label("Concession for Stalls, row A, seat 1").select_option(
        label="Student, €22.50"
    )
    expect(clerk.get_by_role("heading", name="Total: €67.50")).to_be_visible()
    expect(clerk.get_by_label("Concession for Stalls, row A, seat 1")).to_be_focused()
    clerk.get_by_label("Cash", exact=True).check()
    clerk.get_by_label("Cash received").fill("70")
    expect(clerk.locator("[data-change]")).to_contain_text("2.50")
    button(clerk, "Sell for €67.50").click()
    expect(clerk.get_by_text("Change: €2.50")).to_be_visible()
    assert Order.objects.get().total == 67.5
    link = clerk.get_by_role("link", name="Print tickets (PDF)").get_attribute("href")
    assert clerk.request.get(link).body().startswith(b"%PDF")


def test_the_pages_are_accessible_and_fit_a_phone(browser_context, live_server, performance):
    """In the light and the dark theme, which `faults_of` both looks at."""
    context = browser_context(phone=True, base_url=live_server.url)
    clerk = log_in(context.new_page(), live_server, performance)
    sale = f"/admin/shows/performance/{performance.pk}/sale/"
    for url in (sale, f"{sale}?view=list"):
        clerk.goto(url)
        assert faults_of(clerk) == []
    clerk.locator("input[name=_selected_action]").first.check()
    button(clerk, "Continue").click()
    clerk.get_by_label("Cash", exact=True).check()
    assert faults_of(clerk) == []
    clerk.get_by_label("Complimentary").check()
    clerk.get_by_label("Reason").fill("Birthday.")
    button(clerk, "Issue tickets").click()
    expect(clerk.get_by_role("heading", name="Sold: €0")).to_be_visible()
    assert faults_of(clerk) == []


def test_it_works_without_javascript_from_a_list(browser_context, live_server, performance):
    context = browser_context(javascript=False, base_url=live_server.url)
    clerk = log_in(context.new_page(), live_server, performance)
    clerk.goto(f"/admin/shows/performance/{performance.pk}/sale/?view=list")
    clerk.get_by_role("group", name="Stalls, row D").get_by_label("4", exact=True).check()
    button(clerk, "Continue").last.click()
    clerk.get_by_label("Complimentary").check()
    expect(button(clerk, "Issue tickets")).to_be_visible()
    clerk.get_by_label("Card terminal").check()
    button(clerk, "Sell for €45").click()
    expect(clerk.get_by_role("heading", name="Sold: €45")).to_be_visible()
