"""Seats that somebody else takes while the page is open are named, and others are offered."""

import re

import pytest
from playwright.sync_api import expect

from .factories import make_hold, make_sale, seated
from .seat_map import BASKET, address_of, held, seat

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.both_sizes
def test_a_seat_sold_meanwhile_is_announced_with_the_nearest_one(page):
    performance = make_sale()
    page.goto(address_of(performance))
    for label in ("B1", "B2", "B3"):
        seat(page, label).click()
    make_hold(performance=performance, labels=["B2", "B3"])
    notice = page.locator("[data-seat-notice]")
    expect(notice).to_contain_text("Just sold: Stalls, row B, seat 2; Stalls, row B, seat 3.")
    expect(seat(page, "B2", "unavailable")).to_be_disabled()
    expect(seat(page, "B1")).to_be_checked()
    summary = page.locator("[data-summary]")
    expect(summary).to_have_text("1 seat · €45")
    # The notice has a line of its own, so that the sum is not squeezed.
    assert summary.bounding_box()["height"] < 40
    nearest = r"Stalls, row ., seat [234]"
    offer = notice.get_by_role("button")
    expect(offer).to_have_text(re.compile(rf"^Take {nearest}; {nearest} · €90 instead$"))
    offer.click()
    expect(summary).to_have_text("3 seats · €135")
    expect(notice).to_be_hidden()


@pytest.mark.both_sizes
def test_a_seat_just_sold_brings_an_offer_that_can_be_accepted(page):
    performance = make_sale()
    page.goto(address_of(performance))
    page.route("**/availability", lambda route: route.abort())
    seat(page, "B1").click()
    seat(page, "B2").click()
    make_hold(performance=performance, labels=["B1", "B2"])
    page.get_by_role("button", name="Add to basket", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Just sold")
    expect(seat(page, "B1", "unavailable")).to_be_disabled()
    expect(page.locator("[data-summary]")).to_have_text("No seats selected")
    page.get_by_role("button", name="Take these").click()
    expect(page.get_by_role("heading", name="Your basket")).to_be_visible()
    assert len(held()) == 4


@pytest.mark.both_sizes
def test_a_lost_wheelchair_space_is_named_and_replaced_with_its_companion_seat(page):
    kinds = {"A1": "wheelchair", "A2": "companion", "A9": "wheelchair", "A10": "companion"}
    performance = make_sale(sections=[seated(kinds=kinds)])
    page.goto(address_of(performance))
    seat(page, "A1").click()
    make_hold(performance=performance, labels=["A1", "A2"])
    notice = page.locator("[data-seat-notice]")
    expect(notice).to_contain_text("Stalls, row A, wheelchair space 1 with companion seat 2.")
    offer = "Take Stalls, row A, wheelchair space 9 with companion seat 10 · €90 instead"
    expect(notice.get_by_role("button")).to_have_text(offer)
    notice.get_by_role("button").click()
    page.get_by_role("button", name="Add to basket", exact=True).click()
    for name in ("wheelchair space 9", "companion seat 10"):
        expect(page.locator(BASKET)).to_contain_text(f"Stalls, row A, {name}")
