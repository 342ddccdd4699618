"""A seating plan is corrected in the browser while a customer's map and basket are open."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from bookings.ledger.audit import audit
from bookings.models import Ticket
from bookings.tests.corrected_plans import corrected_performance
from bookings.tests.plan_editor import EditorPage, logged_in

from .seat_map import address_of, seat
from .test_basket_in_a_browser import fill_in

pytestmark = pytest.mark.django_db(transaction=True)

WIDE = {"width": 1440, "height": 900}


def publish_renamed(page, plan, names):
    """Copy the plan to a draft, rename seats of row A, look at the changes and publish them."""
    page.goto(reverse("admin:venues_seatingplan_change", args=[plan.pk]))
    page.get_by_role("link", name=re.compile("Edit a copy")).first.click()
    page.get_by_role("button", name="Start draft").click()
    page.wait_for_selector("[data-plan-editor][data-ready]")
    editor = EditorPage(page)
    for before, after in names.items():
        page.mouse.click(*editor.center_of(editor.id_of(f"A{before}")))
        page.locator("[data-number]").fill(after)
        editor.click("number")
    editor.save()
    page.get_by_role("link", name="Publish", exact=True).click()
    expect(page.get_by_text("2 seats renamed: Stalls A 3 → Stalls A 33")).to_be_visible()
    page.get_by_role("button", name="Publish version 2").click()
    expect(page.get_by_text("Version 2 saved.")).to_be_visible()
    assert not editor.errors


def correct(page, performance):
    page.goto(reverse("admin:shows_performance_change", args=[performance.pk]))
    page.locator("a", has_text=re.compile(r"\bActions\b")).first.click()
    page.get_by_role("link", name="Correct seating plan").first.click()
    expect(page.get_by_text("2 seats renamed: Stalls A 3 → Stalls A 33")).to_be_visible()
    page.get_by_label("Reason").fill("Wrong labels")
    page.get_by_role("button", name="Correct seating plan").click()
    expect(page.get_by_text("The performance now has Hall")).to_be_visible()


def test_a_customer_buys_by_the_map_from_before_the_correction(page, browser_context, live_server):
    performance = corrected_performance()
    page.goto(address_of(performance))
    seat(page, "A3").press("Space")
    page.get_by_role("button", name="Add to basket", exact=True).click()
    page.wait_for_url("**/basket/**")
    page.goto(address_of(performance))
    seat(page, "A4").press("Space")

    manager = logged_in(browser_context(base_url=live_server.url, viewport=WIDE), live_server)
    publish_renamed(manager, performance.plan, {"3": "33", "4": "44"})
    correct(manager, performance)
    page.get_by_role("button", name="Add to basket", exact=True).click()
    page.wait_for_url("**/basket/**")
    expect(page.get_by_role("link", name="Basket 2")).to_be_visible()
    for number in ("33", "44"):
        expect(page.get_by_text(f"Stalls, row A, seat {number}").first).to_be_visible()
    fill_in(page)
    page.get_by_role("button", name="Order and pay €80").click()
    page.get_by_role("button", name=re.compile("^Pay")).first.click()
    expect(page.get_by_role("img", name=re.compile("QR code"))).to_have_count(2)

    performance.refresh_from_db()
    labels = Ticket.objects.valid().values_list("label", flat=True)
    assert set(labels) == {"Stalls, row A, seat 33", "Stalls, row A, seat 44"}
    assert performance.plan.version == 2
    assert audit() == []
