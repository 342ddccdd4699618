"""From an empty database to a show on sale through the assistant, and a guest who buys."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import User
from accounts.roles import Role
from accounts.setup_links import create_setup_link
from accounts.tests.factories import PASSWORD, make_staff
from bookings.models import Order
from core.testing.page_faults import faults_of
from organisation.models import Organisation
from shows.models import Performance, Show
from venues.models import SeatingPlan, Venue

pytestmark = pytest.mark.django_db(transaction=True)

SOON = timezone.now() + timedelta(days=40)
# Every click that leads to another page, from opening the link to tickets on sale.
CLICKS = 8


class Clicks:
    """Presses the buttons and links of a page, and counts them."""

    def __init__(self, page):
        self.page, self.count = page, 0

    def button(self, name):
        self.count += 1
        self.page.get_by_role("main").get_by_role("button", name=name, exact=True).click()

    def link(self, name):
        self.count += 1
        self.page.get_by_role("main").get_by_role("link", name=name).first.click()


@pytest.fixture
def open_page(browser_context, live_server):
    def make(**options):
        return browser_context(base_url=live_server.url, **options).new_page()

    return make


def own_faults_of(page):
    """Return the faults of the page, without the theme's header outside of landmarks."""
    return [fault for fault in faults_of(page) if fault[0] != "region"]


def expect_step(page, title):
    expect(page.locator("#step-title")).to_have_text(title)


def create_account(page, clicks):
    page.goto(urlsplit(create_setup_link().url).path)
    page.get_by_label("E-mail address").fill("boss@example.org")
    page.get_by_label("Password", exact=False).first.fill(PASSWORD)
    page.get_by_label("Password again").fill(PASSWORD)
    clicks.button("Create account")
    expect_step(page, "Organisation")


def fill_organisation(page, clicks):
    page.get_by_label("Name").fill("Old Mill")
    page.get_by_label("E-mail address", exact=False).first.fill("hello@example.org")
    page.get_by_label("Time zone").select_option("Europe/Berlin")
    clicks.button("Save and continue")
    expect_step(page, "Venue")


def fill_venue(page, clicks):
    page.get_by_label("Name").fill("Old Mill")
    page.get_by_label("Address").fill("Mill Lane 1")
    page.get_by_label("City").fill("Leipzig")
    page.get_by_label("Country").fill("de")
    expect(page.get_by_label("Time zone")).to_have_value("Europe/Berlin")
    clicks.button("Save and continue")
    expect_step(page, "Seating plan")


def fill_plan(page, clicks):
    seats = page.get_by_role("form", name="Rows of seats")
    seats.get_by_label("Rows").fill("5")
    seats.get_by_label("Seats per row").fill("10")
    clicks.button("Create seats")
    expect_step(page, "Show")


def fill_show(page, clicks):
    page.get_by_label("Title").fill("First Night")
    clicks.button("Save and continue")
    expect_step(page, "Date and prices")


def fill_performance(page, clicks):
    starts = page.get_by_role("group", name="Starts")
    starts.get_by_label("Date").fill(f"{SOON:%Y-%m-%d}")
    starts.get_by_label("Time").fill("20:00")
    page.get_by_label("Price: Stalls (EUR)").fill("45")
    clicks.button("Save and continue")
    expect_step(page, "Payments")


STEPS = [fill_organisation, fill_venue, fill_plan, fill_show, fill_performance]


def put_on_sale(page, clicks):
    page.get_by_role("link", name="Put on sale").click()
    expect_step(page, "Put on sale")
    expect(page.get_by_text("First Night")).to_be_visible()
    clicks.button("Put on sale")
    expect(page.get_by_text("Tickets are on sale.")).to_be_visible()


def buy_a_ticket(page, address):
    page.goto(address)
    page.get_by_role("checkbox", name="Stalls, row A, seat 1, €45").check(force=True)
    page.get_by_role("button", name="Add to basket", exact=True).click()
    page.get_by_role("link", name="Go to basket").first.click()
    page.get_by_label("E-mail address").fill("guest@example.org")
    page.get_by_label("Name", exact=True).fill("Gil Guest")
    page.get_by_label("I accept the terms of sale").check()
    page.get_by_role("button", name="Order and pay €45").click()
    page.get_by_role("button", name=re.compile("^Pay")).first.click()
    expect(page.get_by_role("img", name=re.compile("QR code"))).to_have_count(1)


def test_from_an_empty_database_to_a_sold_ticket(open_page, browser_context, live_server):
    page = open_page()
    clicks = Clicks(page)
    create_account(page, clicks)
    for fill in STEPS:
        fill(page, clicks)
    clicks.link("Continue: E-mail")
    put_on_sale(page, clicks)
    assert clicks.count == CLICKS
    performance = Performance.objects.get()
    assert performance.show.is_published and performance.places_total == 50
    assert f"{performance.starts_at.astimezone(performance.venue.zone):%H:%M}" == "20:00"
    assert Organisation.objects.get().name == "Old Mill"
    guest = browser_context(base_url=live_server.url).new_page()
    buy_a_ticket(guest, performance.get_absolute_url())
    assert Order.objects.get().status == Order.Status.PAID


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
        assert own_faults_of(page) == [], fill.__name__
        fill(page, clicks)
    for name in ("payment", "plan", "mail", "sale"):
        page.goto(f"/admin/setup/{name}/")
        assert own_faults_of(page) == [], name
    put_on_sale(page, clicks)
    assert own_faults_of(page) == []
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
