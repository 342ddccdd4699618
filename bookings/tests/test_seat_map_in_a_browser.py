"""Choose seats on the map in a browser: by mouse, keyboard and touch, without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from bookings.models import Place
from core.testing.page_faults import faults_of

from .factories import make_hold, make_sale, seated, seats_of, standing

pytestmark = pytest.mark.django_db(transaction=True)

KINDS = {"A1": "wheelchair", "A2": "companion", "C10": "restricted"}
BIG = [
    seated(name="Stalls", category="Gold", rows=20, seats=30),
    seated(name="Circle", category="Silver", rows=10, seats=30),
    standing(name="Floor", category="Floor", capacity=50),
]


def address_of(performance):
    return f"/performances/{performance.pk}/"


def seat(page, label, state="available"):
    row, number = label[0], label[1:]
    name = re.compile(rf"row {row}, seat {number}, .*{state}$")
    return page.get_by_role("checkbox", name=name)


def held():
    places = Place.objects.held_at().select_related("seat").order_by("pk")
    return [f"{p.seat.row}{p.seat.number}" if p.seat else p.section.name for p in places]


def test_it_works_with_the_mouse(page):
    performance = make_sale(sections=[seated(kinds=KINDS)])
    page.goto(address_of(performance))
    seat(page, "B1").click()
    seat(page, "B2").click()
    expect(page.locator("[data-summary]")).to_have_text("2 seats · €90")
    page.get_by_role("button", name="Add to basket", exact=True).click()
    basket = page.locator("#basket-aside")
    expect(basket).to_contain_text("Stalls, row B, seat 2")
    expect(page.locator("[data-basket-count]")).to_have_text("2")
    expect(page.locator("[data-summary]")).to_have_text("No seats selected")
    expect(seat(page, "B1", "in your basket")).to_be_disabled()
    assert held() == ["B1", "B2"]
    basket.get_by_role("link", name="Go to basket").click()
    expect(page).to_have_url(re.compile(r"/basket/.+/"))


def test_it_works_by_keyboard(page):
    performance = make_sale(sections=[seated(kinds=KINDS)])
    page.goto(address_of(performance))
    page.get_by_role("button", name="Zoom in").focus()
    page.keyboard.press("Tab")
    expect(seat(page, "A1")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(seat(page, "B1")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    page.keyboard.press("End")
    expect(seat(page, "B10")).to_be_focused()
    # Tab leaves the map in one step, and returns to the same seat.
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Add to basket", exact=True)).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(seat(page, "B10")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your basket")).to_be_focused()
    assert held() == ["B1", "B2"]
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Go to basket")).to_be_focused()


def test_the_arrow_keys_skip_unavailable_seats(page):
    performance = make_sale()
    make_hold(performance=performance, labels=["A2", "A3"])
    page.goto(address_of(performance))
    seat(page, "A1").focus()
    page.keyboard.press("ArrowRight")
    expect(seat(page, "A4")).to_be_focused()


def test_it_works_without_javascript(browser_context, live_server):
    performance = make_sale(sections=BIG)
    page = browser_context(javascript=False, base_url=live_server.url).new_page()
    page.goto(address_of(performance))
    page.get_by_role("link", name="Circle", exact=True).click()
    seat(page, "A1").check()
    seat(page, "A2").check()
    page.get_by_role("button", name="Add to basket", exact=True).click()
    expect(page).to_have_url(re.compile(r"/basket/.+/"))
    expect(page.locator("main")).to_contain_text("Circle, row A, seat 2")


def test_without_javascript_a_refusal_keeps_the_selection(browser_context, live_server):
    performance = make_sale()
    page = browser_context(javascript=False, base_url=live_server.url).new_page()
    page.goto(address_of(performance))
    seat(page, "B2").check()
    seat(page, "B3").check()
    page.get_by_role("button", name="Add to basket", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("row B, seat 1")
    expect(seat(page, "B2")).to_be_checked()
    assert held() == []


def test_it_works_by_touch(browser_context, live_server):
    performance = make_sale(sections=[seated(rows=12, seats=30)])
    page = browser_context(phone=True, base_url=live_server.url).new_page()
    page.goto(address_of(performance))
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    size = seat(page, "F15").bounding_box()
    assert size["width"] >= 24 and size["height"] >= 24
    seat(page, "F15").tap()
    seat(page, "F16").tap()
    bar = page.locator("[data-buy-bar]").bounding_box()
    assert bar["y"] + bar["height"] <= 740
    page.get_by_role("button", name="Add to basket", exact=True).tap()
    expect(page.get_by_role("heading", name="Your basket")).to_be_in_viewport()
    assert held() == ["F15", "F16"]


def test_on_a_phone_the_first_tap_zooms_in(browser_context, live_server):
    performance = make_sale(sections=[seated(rows=12, seats=30)])
    page = browser_context(phone=True, base_url=live_server.url).new_page()
    page.goto(address_of(performance))
    smaller = page.get_by_role("button", name="Zoom out")
    while smaller.get_attribute("aria-disabled") == "false":
        smaller.tap()
    small = seat(page, "F15").bounding_box()["width"]
    assert small < 20
    seat(page, "F15").tap()
    expect(seat(page, "F15")).not_to_be_checked()
    assert seat(page, "F15").bounding_box()["width"] > small
    seat(page, "F15").tap()
    expect(seat(page, "F15")).to_be_checked()


def test_it_zooms_around_the_pointer(page):
    page.goto(address_of(make_sale()))
    seat(page, "C5").scroll_into_view_if_needed()
    middle = seat(page, "C5").bounding_box()
    page.mouse.move(middle["x"] + middle["width"] / 2, middle["y"] + middle["height"] / 2)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -100)
    page.keyboard.up("Control")
    expect(page.locator("[data-plan]")).to_have_attribute("style", re.compile("--scale: 2"))
    larger = seat(page, "C5").bounding_box()
    assert larger["width"] > middle["width"]
    page.get_by_role("button", name="Zoom out").click()
    assert seat(page, "C5").bounding_box()["width"] < larger["width"]


def test_the_focused_seat_is_not_hidden_by_the_bar(page):
    page.goto(address_of(make_sale(sections=[seated(rows=24, seats=10)])))
    seat(page, "A5").focus()
    for _ in range(23):
        page.keyboard.press("ArrowDown")
        focused = page.locator(":focus").bounding_box()
        bar = page.locator("[data-buy-bar]").bounding_box()
        assert focused["y"] + focused["height"] <= bar["y"] + 1


def test_the_focus_ring_of_the_overview_is_visible_on_a_phone(page):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(address_of(make_sale(sections=BIG)))
    section = page.locator(".section-shape").first
    expect(section).to_be_visible()
    section.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(section).to_be_focused()
    expect(section.locator(".shape")).to_have_css("vector-effect", "non-scaling-stroke")
    expect(section.locator(".shape")).to_have_css("stroke-width", "4px")


def test_the_sections_of_a_large_venue_open_in_place_and_keep_the_selection(page):
    performance = make_sale(sections=BIG)
    requested = []
    page.on("request", lambda request: requested.append(request.url))
    page.goto(address_of(performance))
    page.get_by_role("link", name="Circle", exact=True).click()
    expect(page).to_have_url(re.compile(r"\?section=circle$"))
    seat(page, "A1").click()
    page.get_by_role("link", name="← Seating plan").click()
    expect(page.locator("[data-seatmap]")).to_be_hidden()
    expect(page.locator("[data-summary]")).to_have_text("1 seat · €45")
    page.get_by_role("link", name="Circle", exact=True).click()
    expect(seat(page, "A1")).to_be_checked()
    seat(page, "A2").click()
    page.go_back()
    expect(page.locator("[data-seatmap]")).to_be_hidden()
    page.get_by_role("button", name="Add to basket", exact=True).click()
    expect(page.locator("#basket-aside")).to_contain_text("Circle, row A, seat 2")
    assert held() == ["A1", "A2"]
    assert sum("/drawing/" in url for url in requested) == 1


def test_a_seat_sold_meanwhile_is_announced_and_the_rest_stays_selected(page):
    performance = make_sale()
    page.goto(address_of(performance))
    seat(page, "B1").click()
    seat(page, "B2").click()
    make_hold(performance=performance, labels=["B2"])
    expect(page.locator("[data-seat-notice]")).to_contain_text("Stalls, row B, seat 2")
    expect(seat(page, "B2", "unavailable")).to_be_disabled()
    expect(seat(page, "B1")).to_be_checked()
    expect(page.locator("[data-summary]")).to_have_text("1 seat · €45")


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


def test_the_customer_limit_cannot_be_exceeded(page):
    page.goto(address_of(make_sale(customer_limit=2)))
    for label in ("B1", "B2", "B3"):
        seat(page, label).click()
    expect(page.locator("[data-seat-notice]")).to_contain_text("Maximum 2 tickets per person")
    expect(seat(page, "B3")).not_to_be_checked()


def test_the_best_seats_are_held_with_one_button(page):
    performance = make_sale(sections=BIG)
    page.goto(address_of(performance))
    page.get_by_label("Tickets", exact=True).select_option("4")
    page.get_by_role("button", name="Find seats").dblclick()
    expect(page.locator("#basket-aside li")).to_have_count(4)
    assert len(held()) == 4


def test_standing_places_are_held_by_number(page):
    performance = make_sale(sections=[standing(capacity=20)])
    page.goto(address_of(performance))
    page.get_by_label("Tickets for Floor").select_option("3")
    page.get_by_role("button", name=re.compile("Add to basket.*Floor")).click()
    expect(page.locator("#basket-aside li")).to_have_count(3)
    expect(page.locator("[data-free-in]")).to_have_text("17")


def test_the_basket_is_shown_after_a_reload(page):
    performance = make_sale()
    page.goto(address_of(performance))
    page.get_by_role("button", name="Find seats").click()
    expect(page.get_by_role("heading", name="Your basket")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Your basket")).to_be_visible()
    expect(page.locator(".seat.is-in-basket")).to_have_count(2)


def test_seats_are_filtered_by_price_and_wheelchair_spaces(page):
    sections = [
        seated(name="Stalls", category="Gold", rows=2, kinds={"A1": "wheelchair"}),
        seated(name="Circle", category="Silver", rows=2),
    ]
    page.goto(address_of(make_sale(sections=sections, prices={"Gold": 80, "Silver": 40})))
    page.locator("[data-filter-price]").select_option("40.00")
    expect(page.locator(".seat.is-dimmed")).to_have_count(20)
    page.locator("[data-filter-price]").select_option("")
    page.get_by_label("Wheelchair spaces").check()
    expect(page.locator(".seat:not(.is-dimmed)")).to_have_count(1)


def test_the_overview_of_a_large_venue_can_be_filtered(page):
    stalls = seated(name="Stalls", category="Gold", rows=24, seats=30, kinds={"A1": "wheelchair"})
    prices = {"Gold": 80, "Silver": 40, "Floor": 30}
    page.goto(address_of(make_sale(sections=[stalls, *BIG[1:]], prices=prices)))
    tools = page.locator("[data-overview-tools]")
    tools.get_by_label("Wheelchair spaces").check()
    expect(page.get_by_role("link", name="Circle", exact=True)).to_be_hidden()
    tools.get_by_label("Wheelchair spaces").uncheck()
    tools.get_by_label("Show").select_option("40.00")
    expect(page.locator(".section-shape.is-dimmed")).to_have_count(1)
    expect(page.get_by_role("link", name="Stalls", exact=True)).to_be_hidden()
    page.get_by_role("link", name="Circle", exact=True).click()
    expect(page.locator("[data-seatmap]").get_by_label("Show")).to_have_value("40.00")


@pytest.mark.parametrize(
    ("size", "phone", "dark"),
    [
        ("small", False, False),
        ("small", True, True),
        ("big", False, True),
        ("big", True, False),
        ("section", True, True),
    ],
)
def test_axe_finds_nothing(browser_context, live_server, size, phone, dark):
    performance = make_sale(sections=[seated(kinds=KINDS)] if size == "small" else BIG)
    seats = seats_of(performance)
    make_hold(performance=performance, labels=["C3"])
    page = browser_context(phone=phone, dark=dark, base_url=live_server.url).new_page()
    page.goto(address_of(performance) + ("?section=stalls" if size == "section" else ""))
    if size != "big":
        page.locator(f'input[value="{seats[25]}"]').check()
    page.get_by_role("button", name="Find seats").click()
    expect(page.get_by_role("heading", name="Your basket")).to_be_visible()
    assert faults_of(page) == []


@pytest.mark.parametrize(
    "trouble", [lambda route: route.abort(), lambda route: route.fulfill(status=503)]
)
def test_a_network_error_is_announced_and_keeps_the_selection(page, trouble):
    performance = make_sale()
    page.goto(address_of(performance))
    seat(page, "B1").click()
    page.route("**/hold/", trouble)
    page.get_by_role("button", name="Add to basket", exact=True).click()
    notice = page.get_by_text("You seem to be offline.")
    expect(notice).to_be_visible()
    assert held() == []

    page.unroute("**/hold/")
    page.get_by_role("button", name="Add to basket", exact=True).click()
    expect(page.locator("#basket-aside")).to_contain_text("Stalls, row B, seat 1")
    expect(notice).to_have_count(0)
    assert held() == ["B1"]
