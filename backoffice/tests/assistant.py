"""Actions of browser tests in the set-up assistant."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.utils import timezone
from playwright.sync_api import expect

from accounts.setup_links import create_setup_link
from accounts.tests.factories import PASSWORD

SOON = timezone.now() + timedelta(days=40)


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
    country, zone = page.get_by_label("Country"), page.get_by_label("Time zone")
    # That of the organisation, until the country is chosen.
    expect(zone).to_have_value("Europe/Berlin")
    for name, filled in [("Austria", "Europe/Vienna"), ("Germany", "Europe/Berlin")]:
        country.select_option(label=name)
        expect(zone).to_have_value(filled)
    page.get_by_label("Tax on tickets").fill("7")
    clicks.button("Save and continue")
    expect_step(page, "Seating plan")


def fill_plan(page, clicks):
    seats = page.get_by_role("form", name="Rows of seats")
    seats.get_by_label("Rows").fill("6")
    seats.get_by_label("Seats per row").fill("20")
    seats.get_by_label("Wheelchair spaces").fill("1")
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
    page.get_by_role("link", name="Put on sale", exact=True).click()
    expect_step(page, "Put on sale")
    expect(page.get_by_text("First Night")).to_be_visible()
    clicks.button("Put on sale")
    expect(page.get_by_text("Tickets are on sale.")).to_be_visible()
