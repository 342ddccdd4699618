"""A second venue: the plan that was drawn is exported, imported there, and sold from."""

import re
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from bookings.models import Order
from venues.models import SeatingPlan, Venue
from venues.plans import draft_of

from .people import button, choose_action, expect_text, order_of, performance_path, seat


def take_the_plan_to_a_second_venue(week):
    """The file that the first venue's plan is exported to becomes the plan of another."""
    drawn = SeatingPlan.objects.get()
    page = week.open("manager", "/admin/venues/venue/add/")
    page.get_by_label("Country").select_option(label="Germany")
    page.locator("[name=time_zone]").select_option("Europe/Berlin")
    for field, value in {
        "name": "New Barn",
        "address": "Barn Lane 2",
        "postcode": "04105",
        "city": "Leipzig",
        "tax_rate": "19",
    }.items():
        page.locator(f"[name={field}]").fill(value)
    page.locator("[name=_save]").click()
    expect_text(page, "was added successfully")
    page.goto(f"/admin/venues/seatingplan/{drawn.pk}/change/")
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("Download JSON")).first.click()
    page.goto("/admin/venues/seatingplan/")
    page.get_by_role("link", name=re.compile("Import seating plan")).first.click()
    _search(page, "venue", "New Barn")
    page.locator("[name=file]").set_input_files(download.value.path())
    button(page, "Check and preview").click()
    button(page, "Save plan").click()
    expect_text(page, "Version 1 saved.")
    imported = Venue.objects.get(name="New Barn").plans.get()
    assert draft_of(imported) == draft_of(drawn)


def put_a_date_on_sale_there(week):
    """The new draft has a row for the price of each category of the imported plan."""
    day = week.first_night.starts_at + timedelta(days=30)
    page = week.open("manager", "/admin/shows/performance/add/")
    _search(page, "show", "First Night")
    _search(page, "venue", "New Barn")
    _search(page, "plan", "New Barn", option="Main hall (v1) · New Barn")
    page.locator("[name=starts_at_0]").fill(f"{day:%Y-%m-%d}")
    page.locator("[name=starts_at_1]").fill("20:00")
    page.locator("[name=on_sale_from_0]").fill(f"{timezone.localdate():%Y-%m-%d}")
    page.locator("[name=on_sale_from_1]").fill("00:00")
    page.locator("[name=_save]").click()
    expect_text(page, "Now enter the price of each category.")
    page.locator("[name=price_categories-0-price]").fill("30")
    page.locator("[name=price_categories-1-price]").fill("20")
    page.locator("[name=_continue]").click()
    expect_text(page, "was changed successfully")
    choose_action(page, "Put on sale")
    button(page, "Put on sale").click()
    expect_text(page, "150 seats created")
    performance = week.performances[3]
    assert performance.plan.venue == performance.venue == Venue.objects.get(name="New Barn")


def sell_a_seat_there(week):
    performance = week.performances[3]
    clerk = week.open("box office", performance_path(performance))
    clerk.get_by_role("link", name=re.compile("Sell tickets")).first.click()
    seat(clerk, "B3").click()
    button(clerk, "Continue").click()
    clerk.get_by_label("Name", exact=True).fill("Nora Neumann")
    clerk.get_by_label("Card terminal").check()
    button(clerk, "Sell for €30").click()
    expect(clerk.get_by_role("heading", name="Sold: €30")).to_be_visible()
    order = order_of("Nora Neumann")
    assert (order.status, order.performance) == (Order.Status.PAID, performance)


def _search(page, field, text, option=""):
    """Choose the only result of a field that is searched while typing."""
    page.locator(f"#id_{field} + .select2").click()
    page.locator(".select2-search__field").press_sequentially(text)
    found = page.locator(".select2-results__option", has_text=option or text)
    expect(found).to_have_count(1)
    found.click()


SECOND_VENUE = [
    take_the_plan_to_a_second_venue,
    put_a_date_on_sale_there,
    sell_a_seat_there,
]
