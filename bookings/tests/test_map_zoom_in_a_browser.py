"""Zoom and move the seat map in a browser, by touch, pointer and keys; open its sections."""

import re

import pytest
from playwright.sync_api import expect

from core.testing.touch import move_finger

from .factories import make_sale, seated
from .seat_map import (
    BASKET,
    BIG,
    address_of,
    held,
    middle_of,
    scale_of,
    seat,
    tap_map,
    touch_page,
    wait_for_size,
)

pytestmark = pytest.mark.django_db(transaction=True)

# Until the page stands still: while it glides, a tap only stops it.
SCROLLED = """async () => {
  for (let at = null; at !== scrollY;) {
    at = scrollY;
    await new Promise((go) => setTimeout(go, 250));
  }
}"""


@pytest.mark.both_sizes
def test_it_works_by_touch(browser_context, live_server, screen):
    performance = make_sale(sections=[seated(rows=36, seats=12)])
    page = touch_page(browser_context, live_server, screen)
    page.goto(address_of(performance))
    assert page.evaluate("document.documentElement.scrollWidth") == screen["width"]
    # The whole plan fits the frame. A tap on a small seat zooms in, the next one selects it.
    page.locator("[data-frame]").scroll_into_view_if_needed()
    assert seat(page, "F5").bounding_box()["width"] < 12
    tap_map(page, seat(page, "F5"))
    expect(seat(page, "F5")).to_be_in_viewport()
    wait_for_size(page, "F5", 24)
    expect(seat(page, "F5")).not_to_be_checked()
    seat(page, "F5").tap()
    seat(page, "F6").tap()
    expect(seat(page, "F6")).to_be_checked()
    bar = page.locator("[data-buy-bar]").bounding_box()
    assert bar["y"] + bar["height"] <= screen["height"]
    page.get_by_role("button", name="Add to basket", exact=True).tap()
    expect(page).to_have_url(re.compile(r"/basket/.+/"))
    assert held() == ["F5", "F6"]


@pytest.mark.both_sizes
def test_one_finger_scrolls_the_page_or_moves_the_plan(browser_context, live_server, screen):
    page = touch_page(browser_context, live_server, screen)
    page.goto(address_of(make_sale(sections=[seated(rows=24, seats=10)])))
    page.locator("[data-frame]").evaluate("it => it.scrollIntoView({ block: 'center' })")
    whole = scale_of(page)
    # The whole plan is in view: the page moves, and what the finger was on is not selected.
    scrolled, (x, y) = page.evaluate("scrollY"), middle_of(seat(page, "M5"))
    move_finger(page, (x, y), (x, y - 90))
    page.wait_for_function("before => scrollY > before + 50", arg=scrolled)
    page.evaluate(SCROLLED)
    assert scale_of(page) == whole
    expect(seat(page, "M5")).not_to_be_checked()
    # A seat that is large enough to be hit is selected, and the plan zooms in there.
    tap_map(page, seat(page, "M5"))
    expect(seat(page, "M5")).to_be_checked()
    wait_for_size(page, "M5", 24)
    # Now the plan moves with the finger, and the page does not.
    assert scale_of(page) > whole
    scrolled, (x, y) = page.evaluate("scrollY"), middle_of(seat(page, "M5"))
    move_finger(page, (x, y), (x - 20, y - 80))
    scale_of(page)
    assert middle_of(seat(page, "M5")) == pytest.approx((x - 20, y - 80), abs=1)
    assert page.evaluate("scrollY") == scrolled
    expect(page.locator("[data-summary]")).to_have_text("1 seat · €45")


@pytest.mark.both_sizes
def test_it_zooms_around_the_pointer(page):
    page.goto(address_of(make_sale(sections=[seated(rows=12, seats=30)])))
    seat(page, "C5").scroll_into_view_if_needed()
    page.wait_for_timeout(400)  # Until the page is no longer being scrolled.
    before, box = scale_of(page), seat(page, "C5").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    for _ in range(5):
        page.mouse.wheel(0, -120)
    expect(seat(page, "C5")).to_be_visible()
    assert (close := scale_of(page)) > 2 * before
    larger = seat(page, "C5").bounding_box()
    assert abs(larger["x"] + larger["width"] / 2 - x) < 3
    page.get_by_role("button", name="Zoom out").click()
    assert scale_of(page) == pytest.approx(close / 1.6)
    page.get_by_role("button", name="Whole plan").click()
    page.wait_for_function("() => document.querySelector('[data-seatmap]').view.isFitted()")
    assert scale_of(page) == pytest.approx(before)


@pytest.mark.both_sizes
def test_the_plan_is_zoomed_and_moved_by_keys(page, subtests):
    page.goto(address_of(make_sale(sections=BIG)))
    plan = page.get_by_role("group", name="Seating plan", exact=True)
    plan.focus()
    before = scale_of(page)
    for _ in range(9):
        page.keyboard.press("+")
    assert (close := scale_of(page)) > 4 * before
    page.keyboard.press("-")
    assert scale_of(page) == pytest.approx(close / 1.4)
    page.keyboard.press("+")
    # The seats in the middle have been fetched, and Tab leads to one of them.
    expect(page.locator("input.seat[tabindex='0']")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator("input.seat:focus")).to_be_in_viewport()
    page.keyboard.press("0")
    page.wait_for_function("() => document.querySelector('[data-seatmap]').view.isFitted()")
    with subtests.test("sections are announced once"):
        expect(page.get_by_role("link", name=re.compile("Circle"))).to_have_count(1)
        expect(page.locator(".overview-plan")).to_have_attribute("aria-hidden", "true")
        page.get_by_role("link", name="Circle", exact=True).click()
        expect(page.get_by_role("heading", name="Circle")).to_be_focused()
        expect(page.get_by_role("region", name="Circle")).to_have_count(0)


def zoom_in(page):
    """Click until the plan is at its largest."""
    closer = page.get_by_role("button", name="Zoom in")
    while closer.get_attribute("aria-disabled") != "true":
        closer.click()
        scale_of(page)


@pytest.mark.both_sizes
def test_the_focused_seat_is_kept_in_the_frame(page):
    page.goto(address_of(make_sale(sections=[seated(rows=24, seats=10)])))
    zoom_in(page)
    seat(page, "A5").focus()
    for _ in range(23):
        page.keyboard.press("ArrowDown")
    expect(seat(page, "X5")).to_be_focused()
    scale_of(page)
    frame = page.locator("[data-canvas]").bounding_box()
    box = seat(page, "X5").bounding_box()
    assert frame["y"] <= box["y"] and box["y"] + box["height"] <= frame["y"] + frame["height"]


@pytest.mark.both_sizes
def test_the_sections_of_a_large_venue_open_in_place_and_keep_the_selection(page):
    performance = make_sale(sections=BIG)
    requested = []
    page.on("request", lambda request: requested.append(request.url))
    page.goto(address_of(performance))
    page.get_by_role("link", name="Circle", exact=True).click()
    expect(page).to_have_url(re.compile(r"\?section=circle$"))
    expect(page.locator("[data-place-name]")).to_have_text("Circle")
    seat(page, "A1", section="Circle").click()
    page.get_by_role("button", name="Whole plan").click()
    expect(page.locator("[data-summary]")).to_have_text("1 seat · €45")
    page.get_by_role("link", name="Circle", exact=True).click()
    expect(seat(page, "A1", section="Circle")).to_be_checked()
    seat(page, "A2", section="Circle").click()
    page.go_back()
    page.go_back()
    page.wait_for_function("() => document.querySelector('[data-seatmap]').view.isFitted()")
    page.get_by_role("button", name="Add to basket", exact=True).click()
    expect(page.locator(BASKET)).to_contain_text("Circle, row A, seat 2")
    assert held() == ["A1", "A2"]
    assert sum("/drawing/circle/" in url for url in requested) == 1


# Adds the scale of each frame of a movement of the plan to `scales`.
NOTE_SCALES = """
  window.scales = [];
  addEventListener("seatmap:moved", ({ target }) => scales.push(target.view.scale()), true);
"""


def test_a_page_with_an_open_section_begins_there(page):
    """What is clicked right after the page has come does not move away under the pointer."""
    page.add_init_script(NOTE_SCALES)
    page.goto(address_of(make_sale(sections=BIG)) + "?section=stalls")
    page.wait_for_function("scales.length")
    assert page.evaluate("scales") == [pytest.approx(scale_of(page))]


def test_a_section_can_be_opened_before_the_map_has_its_size(page):
    # As on a slow phone.
    page.add_init_script("""
        const Observer = ResizeObserver;
        ResizeObserver = class extends Observer {
          constructor(report) { super((entries) => setTimeout(report, 1000, entries)); }
        };
    """)
    page.goto(address_of(make_sale(sections=BIG)))
    link = page.get_by_role("link", name="Circle", exact=True)
    link.click()
    expect(page.locator("[data-place-name]")).to_have_text("Circle")
    expect(link).to_have_attribute("aria-current", "true")


def test_a_frame_does_one_of_the_tasks_that_wait(page):
    page.goto(address_of(make_sale(sections=[seated()])))
    times = page.evaluate(
        """() => new Promise((done) => {
            const { later } = document.querySelector("[data-seatmap]").view, times = [];
            const task = () => {
                times.push(document.timeline.currentTime);
                if (times.length === 3) done(times);
            };
            for (let number = 0; number < 3; number += 1) later(() => task());
        })"""
    )
    assert len(set(times)) == 3


@pytest.mark.both_sizes
def test_the_name_of_a_row_stays_in_view_on_both_sides(page):
    page.goto(address_of(make_sale(sections=[seated(rows=6, seats=60)])))
    zoom_in(page)
    frame = page.locator("[data-canvas]").bounding_box()
    page.wait_for_timeout(300)
    row = page.locator(".seat-row").nth(2)
    for name in row.locator(".row-name").all():
        expect(name).to_have_text("C")
        box = name.bounding_box()
        assert frame["x"] <= box["x"] and box["x"] + box["width"] <= frame["x"] + frame["width"]
    expect(page.locator("[data-minimap]")).to_be_visible()
    # The margins that place a seat do not move the next ones.
    tops = "seats => seats.map((seat) => seat.getBoundingClientRect().top)"
    tops = row.locator(".seat").evaluate_all(tops)
    assert len(tops) == 60 and max(tops) - min(tops) < 0.1
