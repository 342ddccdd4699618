"""Choose seats on the map in a browser: by mouse, keyboard and touch, without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from bookings.models import Place
from bookings.sale.holds import hold_seats
from bookings.sale.release import release_hold
from core.testing.page_faults import faults_at_both_sizes

from .factories import make_customer, make_hold, make_sale, seated, seats_of, standing
from .seat_map import BASKET, BIG, KINDS, address_of, held, make_view, seat

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.both_sizes
def test_it_works_with_the_mouse(page):
    performance = make_sale(sections=[seated(kinds=KINDS)])
    page.goto(address_of(performance))
    seat(page, "B1").click()
    seat(page, "B2").click()
    expect(page.locator("[data-summary]")).to_have_text("2 seats · €90")
    with page.expect_request("**/hold/") as sent:
        page.get_by_role("button", name="Add to basket", exact=True).click()
    assert sent.value.post_data.count("seat=") == 2
    expect(page.locator(BASKET)).to_contain_text("Stalls, row B, seat 2")
    expect(page.locator("[data-basket-count]")).to_have_text("2")
    assert held() == ["B1", "B2"]


@pytest.mark.both_sizes
def test_it_works_by_keyboard(page):
    performance = make_sale(sections=[seated(kinds=KINDS)])
    page.goto(address_of(performance))
    expect(seat(page, "A1")).to_have_attribute("tabindex", "0")
    page.get_by_role("group", name="Seating plan", exact=True).focus()
    page.keyboard.press("Tab")
    expect(seat(page, "A1")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(seat(page, "B1")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    page.keyboard.press("End")
    expect(seat(page, "B10")).to_be_focused()
    # Tab leaves the seats in one step, and returns to the same seat.
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Zoom in")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(seat(page, "B10")).to_be_focused()
    page.get_by_role("button", name="Add to basket", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator(BASKET)).to_contain_text("Stalls, row B, seat 2")
    assert held() == ["B1", "B2"]


@pytest.mark.both_sizes
def test_it_works_without_javascript(browser_context, live_server, screen, subtests):
    small, big = make_sale(), make_sale(sections=BIG)
    options = {"base_url": live_server.url, "viewport": screen}
    page = browser_context(javascript=False, **options).new_page()
    with subtests.test("a refusal keeps the selection"):
        page.goto(address_of(small))
        seat(page, "B2").check()
        seat(page, "B3").check()
        page.get_by_role("button", name="Add to basket", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("row B, seat 1")
        expect(seat(page, "B2")).to_be_checked()
        assert held() == []
    page.goto(address_of(big))
    page.get_by_role("link", name="Circle", exact=True).click()
    with subtests.test("the section's rows are plain rows of check boxes"):
        expect(page.get_by_role("checkbox")).to_have_count(120)
        first, last, next_row = (seat(page, label).bounding_box() for label in ("A1", "A20", "B1"))
        assert first["y"] == last["y"] < next_row["y"] and first["x"] == next_row["x"]
        # Only the frame scrolls sideways.
        assert page.evaluate("document.documentElement.scrollWidth") == screen["width"]
        seat(page, "A20").scroll_into_view_if_needed()
        expect(seat(page, "A20")).to_be_in_viewport(ratio=1)
    seat(page, "A1").check()
    seat(page, "A2").check()
    page.get_by_role("button", name="Add to basket", exact=True).click()
    expect(page).to_have_url(re.compile(r"/basket/.+/"))
    expect(page.locator("main")).to_contain_text("Circle, row A, seat 2")


PASS_OVER = """(canvas, [clientX, clientY]) => {
  const pass = (type) => canvas.dispatchEvent(
    new PointerEvent(type, { clientX, clientY, pointerType: "mouse", bubbles: true }));
  pass("pointermove");
  pass("pointerleave");
}"""


@pytest.mark.both_sizes
def test_seats_are_named_chosen_and_removed(page, subtests):
    performance = make_sale(sections=[seated(kinds=KINDS)])
    make_view(performance)
    make_hold(performance=performance, labels=["B2", "B3"])
    page.goto(address_of(performance))
    summary = page.locator("[data-summary]")
    with subtests.test("a tooltip names the seat"):
        seat(page, "C10").hover()
        tip = page.locator("[data-tip]")
        expect(tip).to_contain_text("Stalls, row C, seat 10")
        expect(tip).to_contain_text("€45, restricted view, available")
        at, seat_at = tip.bounding_box(), seat(page, "C10").bounding_box()
        frame = page.locator("[data-frame]").bounding_box()
        assert frame["x"] <= at["x"] and at["x"] + at["width"] <= frame["x"] + frame["width"]
        assert at["y"] + at["height"] <= seat_at["y"] or seat_at["y"] + seat_at["height"] <= at["y"]
        page.keyboard.press("Escape")
        expect(tip).to_be_hidden()
    with subtests.test("a pointer that has left the plan opens none"):
        page.locator("[data-canvas]").evaluate(PASS_OVER, [seat_at["x"] + 9, seat_at["y"] + 9])
        page.wait_for_timeout(400)  # More than a tooltip takes to open.
        expect(tip).to_be_hidden()
    with subtests.test("the arrow keys skip unavailable seats"):
        seat(page, "B1").focus()
        page.keyboard.press("ArrowRight")
        expect(seat(page, "B4")).to_be_focused()
    with subtests.test("the bar names the seats and removes them"):
        seat(page, "C10").click()
        seat(page, "B1").click()
        chosen = page.get_by_role("list", name="Selected seats")
        notes = "restricted view · From the middle"
        expect(chosen).to_contain_text(f"Stalls, row C, seat 10 · {notes} · €45")
        page.get_by_role("button", name="Remove Stalls, row C, seat 10").click()
        expect(summary).to_have_text("1 seat · €45")
        expect(seat(page, "C10")).not_to_be_checked()
        seat(page, "B1").click()
    with subtests.test("a wheelchair space is chosen with its companion seat"):
        seat(page, "A1").click()
        expect(seat(page, "A2")).to_be_checked()
        entries = page.get_by_role("list", name="Selected seats").get_by_role("listitem")
        expect(entries).to_have_count(1)
        space = "Stalls, row A, wheelchair space 1 with companion seat 2 · From the middle · €90"
        expect(entries).to_contain_text(space)
        seat(page, "A1").click()
        expect(summary).to_have_text("No seats selected")


@pytest.mark.parametrize("sections", [[seated()], BIG])
@pytest.mark.both_sizes
def test_the_selection_survives_a_reload(page, sections):
    performance = make_sale(sections=sections)
    address = address_of(performance) + ("?section=stalls" if len(sections) > 1 else "")
    page.goto(address)
    seat(page, "B1", section="Stalls").click()
    seat(page, "B2", section="Stalls").click()
    page.goto(address_of(performance))
    expect(page.locator("[data-summary]")).to_have_text("2 seats · €90")
    page.get_by_role("button", name="Add to basket", exact=True).click()
    expect(page.locator(BASKET)).to_contain_text("row B, seat 2")
    page.goto(address)
    expect(page.locator("[data-summary]")).to_have_text("No seats selected")
    # What somebody else takes between two loads is not dropped in silence.
    seat(page, "C1", section="Stalls").click()
    page.goto("about:blank")
    lost = performance.plan.seats.get(section__name="Stalls", row="C", number="1")
    hold_seats(performance_id=performance.pk, seat_ids=[lost.pk], customer=make_customer())
    page.goto(address)
    notice = page.locator("[data-seat-notice]")
    expect(notice).to_contain_text("row C, seat 1")
    expect(notice.get_by_role("button", name=re.compile("row C, seat 2"))).to_be_visible()


@pytest.mark.both_sizes
def test_after_holding_the_bar_counts_down(page):
    page.goto(address_of(make_sale()))
    seat(page, "B1").click()
    page.get_by_role("button", name="Add to basket", exact=True).click()
    page.get_by_role("link", name="Add more tickets").click()
    bar = page.locator("#bar-basket")
    expect(bar).to_contain_text(re.compile(r"1 ticket in your basket · €45 · \d:\d\d"))
    expect(bar.get_by_role("link", name="Go to basket")).to_be_visible()
    page.reload()
    expect(bar).to_contain_text("1 ticket in your basket")
    expect(page.locator(".seat.is-in-basket")).to_have_count(1)
    expect(seat(page, "B1", "in your basket")).to_be_disabled()
    # It is below the map, and stays in view while the map comes into view.
    scroll = "it => scrollBy(0, it.getBoundingClientRect().top - innerHeight / 2)"
    page.locator("[data-frame]").evaluate(scroll)
    expect(page.locator("[data-frame]")).not_to_be_in_viewport(ratio=0.95)
    expect(page.locator("[data-buy-bar]")).to_be_in_viewport(ratio=0.99)


@pytest.mark.both_sizes
def test_the_customer_limit_cannot_be_exceeded(page):
    page.goto(address_of(make_sale(customer_limit=2)))
    for label in ("B1", "B2", "B3"):
        seat(page, label).click()
    expect(page.locator("[data-seat-notice]")).to_contain_text("Maximum 2 tickets per person")
    expect(seat(page, "B3")).not_to_be_checked()


@pytest.mark.both_sizes
def test_the_best_seats_are_held_with_one_button(page, subtests):
    performance = make_sale(sections=BIG, prices={"Gold": 80, "Silver": 40, "Floor": 30})
    page.goto(address_of(performance))
    page.get_by_label("Tickets", exact=True).select_option("4")
    find, area = page.get_by_role("button", name="Find seats"), page.get_by_label("Area")
    with subtests.test("where there is nothing like it, the closest seats are offered"):
        area.select_option(label="Gold, €80")
        page.get_by_label("Max. price per ticket").select_option(index=1)
        find.click()
        offer = page.get_by_role("alert")
        expect(offer).to_contain_text("We couldn't find 4 seats like this.")
        expect(offer).to_contain_text("Available side by side: ")
        expect(offer.get_by_role("button", name="Take these")).to_be_visible()
    area.select_option(index=0)
    page.get_by_label("Max. price per ticket").select_option(index=0)
    find.dblclick()
    expect(page.locator("#basket-aside li")).to_have_count(4)
    assert len(held()) == 4
    # They are shown beside the map, and the link is the next tab stop.
    expect(page.get_by_role("heading", name="Your basket")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("a:focus")).to_have_text("Go to basket")


@pytest.mark.both_sizes
def test_standing_places_are_held_by_number(page):
    performance = make_sale(sections=[standing(capacity=20)])
    page.goto(address_of(performance))
    page.get_by_label("Tickets for Floor").select_option("3")
    page.get_by_role("button", name=re.compile("Add to basket.*Floor")).click()
    expect(page.locator("#basket-aside li")).to_have_count(3)
    expect(page.locator("[data-free-in]")).to_have_text("17")
    expect(page.get_by_text("Sold out")).to_be_hidden()
    # The last places are sold: neither a number nor a button remains.
    Place.objects.filter(state=Place.State.AVAILABLE).update(state=Place.State.BLOCKED)
    expect(page.get_by_text("Sold out")).to_be_visible()
    expect(page.locator(".standing-form")).to_be_hidden()
    expect(page.get_by_text("available")).to_be_hidden()


@pytest.mark.both_sizes
def test_seats_are_filtered_by_price_and_wheelchair_spaces(page):
    sections = [
        seated(name="Stalls", category="Gold", rows=2, kinds={"A1": "wheelchair"}),
        seated(name="Circle", category="Silver", rows=2),
    ]
    page.goto(address_of(make_sale(sections=sections, prices={"Gold": 80, "Silver": 40})))
    page.get_by_label("Highest price").press("ArrowLeft")
    expect(page.locator("[data-price-text]")).to_have_text("€40")
    expect(page.get_by_label("Highest price")).to_have_attribute("aria-valuetext", "€40")
    expect(page.locator(".seat.is-dimmed")).to_have_count(20)
    page.get_by_label("Highest price").press("ArrowRight")
    page.get_by_label("Lowest price").press("ArrowRight")
    expect(page.locator(".seat.is-dimmed")).to_have_count(20)
    page.get_by_label("Lowest price").press("ArrowLeft")
    expect(page.locator(".seat.is-dimmed")).to_have_count(0)
    page.get_by_label("Wheelchair spaces").check()
    expect(page.locator(".seat:not(.is-dimmed)")).to_have_count(1)


@pytest.mark.both_sizes
def test_the_wheelchair_filter_goes_to_the_spaces(page):
    # The spaces at the front are sold; most of those that are left are in the stalls.
    front = seated(name="Front", category="Gold", rows=1, seats=5, kinds={"A1": "wheelchair"})
    kinds = {"A1": "wheelchair", "X1": "wheelchair", "X30": "wheelchair"}
    stalls = seated(name="Stalls", category="Gold", rows=24, seats=30, kinds=kinds)
    prices = {"Gold": 80, "Silver": 40, "Floor": 30}
    performance = make_sale(sections=[front, stalls, *BIG[2:]], prices=prices)
    for space in performance.plan.seats.filter(kind="wheelchair", row="A"):
        hold_seats(performance_id=performance.pk, seat_ids=[space.pk], customer=make_customer())
    page.goto(address_of(performance))
    page.get_by_label("Wheelchair spaces").check()
    for name in ("Front", "Circle"):
        expect(page.get_by_role("link", name=name, exact=True)).to_be_hidden()
    # On a phone both would be too small to select: the map goes to the first.
    is_phone = page.viewport_size["width"] < 600
    for number in (1,) if is_phone else (1, 30):
        name = re.compile(rf"row X, wheelchair space {number},")
        expect(page.get_by_role("checkbox", name=name)).to_be_in_viewport(ratio=0.999)
    page.get_by_label("Wheelchair spaces").uncheck()
    page.get_by_label("Highest price").press("ArrowLeft")
    expect(page.locator(".section-shape.is-dimmed")).to_have_count(2)
    expect(page.get_by_role("link", name="Stalls", exact=True)).to_be_hidden()


@pytest.mark.both_sizes
def test_filters_that_match_nothing_say_what_there_is(page):
    sections = [
        seated(name="Stalls", category="Gold", rows=1, seats=2),
        seated(name="Circle", category="Silver", rows=1, seats=2),
    ]
    performance = make_sale(sections=sections, prices={"Gold": 80, "Silver": 40})
    stalls = seats_of(performance)[:2]
    hold_seats(performance_id=performance.pk, seat_ids=stalls, customer=make_customer())
    page.goto(address_of(performance))
    page.get_by_label("Lowest price").press("ArrowRight")
    notice = page.locator("[data-map-notice]")
    expect(notice).to_have_text("No available seats match your filters. Available: €40.")
    page.get_by_label("Lowest price").press("ArrowLeft")
    expect(notice).to_be_hidden()
    # A sold-out performance has nothing to do with filters.
    circle = seats_of(performance)[2:]
    taken = hold_seats(performance_id=performance.pk, seat_ids=circle, customer=make_customer())
    page.reload()
    expect(page.locator(".seat:not(:disabled)")).to_have_count(0)
    expect(notice).to_be_hidden()
    page.reload()  # The page itself is from the second before, too.
    expect(page.get_by_role("button", name="Find seats")).to_have_count(0)
    add = page.get_by_role("button", name="Add to basket", exact=True)
    expect(add).to_be_hidden()
    # A seat that is released can be bought.
    release_hold(hold=taken.hold, actor="system")
    seat(page, "A1", section="Circle").click()
    expect(add).to_be_visible()


@pytest.mark.both_sizes
@pytest.mark.parametrize("rows", [1, 30])
def test_the_wheelchair_filter_says_which_spaces_there_are(page, rows):
    """Also at other prices than those asked for, and on a plan that loads its seats later."""
    kinds = {"A1": "wheelchair"}
    stalls = seated(name="Stalls", category="Gold", rows=rows, seats=30, kinds=kinds)
    circle = seated(name="Circle", category="Silver", rows=1, seats=2)
    performance = make_sale(sections=[stalls, circle], prices={"Gold": 80, "Silver": 40})
    page.goto(address_of(performance))
    notice = page.locator("[data-map-notice]")
    page.get_by_label("Wheelchair spaces").check()
    expect(notice).to_be_hidden()
    page.get_by_label("Highest price").press("ArrowLeft")
    expect(notice).to_have_text("No available seats match your filters. Available: €80.")
    space = performance.plan.seats.get(kind="wheelchair")
    hold_seats(performance_id=performance.pk, seat_ids=[space.pk], customer=make_customer())
    page.reload()
    page.get_by_label("Wheelchair spaces").check()
    expect(notice).to_have_text("No wheelchair spaces are available.")


@pytest.mark.both_sizes
def test_on_large_plans_only_prices_that_are_left_match(page):
    stalls = seated(rows=24, seats=30, front="Front")
    box = seated(name="Box", category="Box", rows=1, seats=1)
    prices = {"Regular": 40, "Box": 60, "Front": 80}
    performance = make_sale(sections=[stalls, box], prices=prices)
    Place.objects.filter(seat__category="Box").update(state=Place.State.BLOCKED)
    page.goto(address_of(performance))
    lowest, notice = page.get_by_label("Lowest price"), page.locator("[data-map-notice]")
    lowest.press("ArrowRight")
    expect(notice).to_be_hidden()
    page.get_by_label("Highest price").press("ArrowLeft")
    none = "No available seats match your filters. Available:"
    expect(notice).to_have_text(f"{none} €40 – €80.")
    Place.objects.filter(seat__category="Front").update(state=Place.State.BLOCKED)
    page.reload()
    lowest.press("End")
    expect(notice).to_have_text(f"{none} €40.")


@pytest.mark.parametrize("size", ["small", "big", "section"])
def test_axe_finds_nothing(page, size):
    performance = make_sale(sections=[seated(kinds=KINDS)] if size == "small" else BIG)
    make_hold(performance=performance, labels=["C3"])
    page.goto(address_of(performance) + ("?section=stalls" if size == "section" else ""))
    if size != "big":
        page.locator("input.seat:enabled").first.focus()
        page.keyboard.press("Space")
    page.get_by_role("button", name="Find seats").click()
    expect(page.get_by_role("heading", name="Your basket")).to_be_visible()
    assert faults_at_both_sizes(page) == []


@pytest.mark.both_sizes
def test_a_failure_is_announced_and_keeps_the_selection(page, subtests):
    performance = make_sale()
    page.goto(address_of(performance))
    seat(page, "B1").click()
    add = page.get_by_role("button", name="Add to basket", exact=True)
    notice = page.get_by_text("Nothing was lost or charged.")
    statuses = [500, 503]
    page.route("**/hold/", lambda route: route.fulfill(status=statuses[0]))
    while statuses:
        with subtests.test(status=statuses[0]):
            with page.expect_response("**/hold/"):
                add.click()
            expect(notice).to_be_visible()
            assert held() == []
        statuses.pop(0)
    page.unroute("**/hold/")
    add.click()
    expect(page.locator(BASKET)).to_contain_text("Stalls, row B, seat 1")
    expect(notice).to_have_count(0)
    assert held() == ["B1"]
