"""The set-up assistant on a phone, by keyboard, and with steps that are skipped.

From an empty database to a sold ticket: `core/tests/test_week_in_a_browser.py`.
"""

import pytest
from playwright.sync_api import expect

from accounts.models import User
from accounts.roles import Role
from accounts.tests.factories import PASSWORD, make_staff
from core.testing.page_faults import faults_of
from organisation.models import Organisation
from shows.models import Show
from venues.models import SeatingPlan, Venue

from .assistant import STEPS, Clicks, create_account, expect_step, put_on_sale

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def open_page(browser_context, live_server):
    def make(**options):
        return browser_context(base_url=live_server.url, **options).new_page()

    return make


def test_a_manager_does_it_on_a_phone_without_faults(open_page):
    """Each page is accessible in the light and the dark theme, and no wider than a phone."""
    page = open_page(phone=True)
    clicks = Clicks(page)
    make_staff(Role.MANAGER, "manager@example.com")
    page.goto("/accounts/login/?next=/admin/setup/")
    page.get_by_label("E-mail address").fill("manager@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Log in", exact=True).click()
    expect_step(page, "Organisation")
    for fill in STEPS:
        assert faults_of(page) == [], fill.__name__
        fill(page, clicks)
    for name in ("payment", "plan", "mail", "sale"):
        page.goto(f"/admin/setup/{name}/")
        assert faults_of(page) == [], name
    put_on_sale(page, clicks)
    assert faults_of(page) == []
    assert not User.objects.superusers().exists()


def test_it_works_by_keyboard_and_is_resumed(open_page):
    page = open_page()
    clicks = Clicks(page)
    create_account(page, clicks)
    page.wait_for_load_state()
    name = page.get_by_label("Name")
    name.press("Control+a")
    name.press_sequentially("Old Mill")
    name.press("Tab")
    email = page.locator(":focus")
    expect(email).to_have_attribute("name", "email")
    email.press_sequentially("hello@example.org")
    email.press("Enter")
    expect_step(page, "Venue")
    page.goto("/admin/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#content a:focus")).to_have_count(1)
    page.get_by_role("link", name="No show is on sale").click()
    expect_step(page, "Venue")
    assert Organisation.objects.get().name == "Old Mill"


def test_steps_are_skipped_and_done_elsewhere(open_page):
    page = open_page()
    clicks = Clicks(page)
    create_account(page, clicks)
    clicks.link("Skip for now")
    expect_step(page, "Venue")
    clicks.link("Skip for now")
    expect(page.get_by_text("This step needs another one first")).to_be_visible()
    Venue.objects.create(
        name="Hall", slug="hall", address="1", city="Leeds", country="GB", time_zone="Europe/London"
    )
    page.reload()
    standing = page.get_by_role("form", name="Standing only")
    standing.get_by_label("Standing capacity").fill("300")
    clicks.button("Create standing places")
    expect_step(page, "Show")
    assert SeatingPlan.objects.get().sections.get().capacity == 300
    assert not Show.objects.exists()
