"""Lists at the door, by the role that needs them, with the clicks counted."""

import re

import pytest
from playwright.sync_api import expect

from accounts.roles import Role
from accounts.tests import browser
from accounts.tests.factories import make_staff
from bookings.tests.factories import make_hold, make_paid_order, make_sale, seated
from core.testing.clicks import at_most_clicks
from core.testing.page_faults import faults_of

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
    with at_most_clicks(door, 2):
        door.get_by_role("link", name="Lists", exact=True).click()
        link = door.get_by_role("link", name=re.compile(r"PDF\s*: Door list"))
        assert door.request.get(link.get_attribute("href")).body().startswith(b"%PDF")
        link.click()


@pytest.mark.parametrize(
    ("name", "text"), [("Access list", "wheelchair space"), ("No-shows", "Alice Archer")]
)
def test_a_list_is_two_clicks_away(door, name, text):
    with at_most_clicks(door, 2):
        door.get_by_role("link", name="Lists", exact=True).click()
        door.get_by_role("link", name=name, exact=True).click()
        expect(door.get_by_role("heading", name=name)).to_be_visible()
        expect(door.get_by_text(text).first).to_be_visible()
    assert faults_of(door) == []


def test_a_manager_sees_who_came(browser_context, live_server, performance):
    url = f"/admin/shows/performance/{performance.pk}/change/"
    page = log_in(browser_context(base_url=live_server.url), url, Role.MANAGER)
    with at_most_clicks(page, 2):
        page.get_by_role("link", name=re.compile("Lists and attendance")).first.click()
        page.get_by_role("link", name="Attendance", exact=True).click()
        expect(page.get_by_text("0 of 2 admitted (0 %)")).to_be_visible()
