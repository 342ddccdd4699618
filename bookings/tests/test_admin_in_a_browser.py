"""Box office work in a browser: find an order, refund it, use the seat map."""

import re

import pytest
from playwright.sync_api import expect

from accounts.roles import Role
from accounts.tests import browser
from accounts.tests.factories import make_staff
from bookings.models import LedgerEntry, Place
from core.testing.page_faults import faults_of
from payments.models import Refund
from shows.models import Concession

from .factories import make_hold, make_paid_order

pytestmark = pytest.mark.django_db(transaction=True)

CUT_TITLES = """[...document.querySelectorAll('#header-inner h1, #header-inner h1 > *')]
    .filter(it => it.scrollWidth > it.clientWidth + 1).map(it => it.textContent.trim())"""


@pytest.fixture
def order():
    return make_paid_order()


@pytest.fixture
def clerk(browser_context, live_server, order):
    """Return a page logged in as box office staff."""
    return _logged_in(browser_context(base_url=live_server.url).new_page(), Role.BOX_OFFICE)


@pytest.fixture
def manager(browser_context, live_server, order):
    return _logged_in(browser_context(base_url=live_server.url).new_page(), Role.MANAGER)


def _logged_in(page, role):
    browser.log_in(page, email=make_staff(role).email)
    return page


def test_staff_find_an_order_and_refund_a_part(clerk, order):
    make_paid_order(
        hold=make_hold(performance=order.performance, labels=["C1"]), email="bob@elsewhere.test"
    )
    clerk.goto("/admin/bookings/order/")
    search = clerk.locator("input[name=q]").first
    search.fill(order.email)
    search.press("Enter")
    clerk.wait_for_url("**q=**")
    expect(clerk.locator("#result_list tbody tr")).to_have_count(1)
    clerk.get_by_role("link", name=order.reference).first.click()
    clerk.locator("a", has_text=re.compile(r"\bActions\b")).first.click()
    clerk.get_by_role("link", name="Refund amount").first.click()
    expect(clerk.get_by_text("You can refund at most €90.")).to_be_visible()
    clerk.get_by_label("Amount").fill("12.34")
    clerk.get_by_label("Reason").fill("A pillar.")
    clerk.get_by_role("button", name="Refund", exact=True).click()
    expect(clerk.get_by_text("Refund of €12.34 queued.")).to_be_visible()
    refund = Refund.objects.get()
    assert (str(refund.amount), refund.payment.purpose) == ("12.34", order.reference)
    assert order.tickets.valid().count() == 2


def test_seats_are_blocked_and_unblocked_on_the_map(clerk, order):
    map_url = f"/admin/shows/performance/{order.performance_id}/seat-map/"
    seat = Place.objects.get(seat__row="D", seat__number="4")
    clerk.goto(map_url)
    expect(clerk.get_by_label("Stalls, row A, seat 1, sold, Alice Archer")).to_have_count(1)
    for button, sure, state in [
        ("Block", "Block seats", "blocked"),
        ("Put back on sale", "Unblock seats", "available"),
    ]:
        clerk.get_by_label("row D, seat 4").check(force=True)
        clerk.get_by_role("button", name=button, exact=True).click()
        clerk.get_by_label("Reason").fill("A camera.")
        clerk.get_by_role("button", name=sure, exact=True).click()
        clerk.wait_for_url(f"**{map_url}**")
        expect(clerk.get_by_label("row D, seat 4")).not_to_be_checked()
        seat.refresh_from_db()
        assert seat.state == state
    entries = LedgerEntry.objects.filter(kind__in=["block", "unblock"], detail__reason="A camera.")
    assert entries.count() == 2


def test_confirmation_pages_run_without_javascript_errors(manager, order, subtests):
    faults = []
    manager.on("pageerror", lambda error: faults.append(str(error)))
    performance = f"/admin/shows/performance/{order.performance_id}/"
    for page in ("repeat", "reschedule", "reprice", "comps", "cancel", "keep"):
        with subtests.test(page):
            if page == "keep":
                manager.goto(f"{performance}seat-map/")
                manager.get_by_label("row D, seat 4").check(force=True)
                manager.get_by_role("button", name="Hold seats", exact=True).click()
            else:
                manager.goto(f"{performance}{page}/")
            expect(manager.locator("form.max-w-3xl input:visible")).not_to_have_count(0)
            if page in ("repeat", "reschedule", "keep"):  # The theme's script adds these to dates.
                expect(manager.get_by_role("link", name="calendar_today")).not_to_have_count(0)
            assert faults == []


def test_menus_work_by_keyboard_and_screen_reader(clerk, order, subtests):
    """Go from an order to the refund form by keyboard only."""
    clerk.goto(f"/admin/bookings/order/{order.pk}/change/")
    menu = clerk.locator("nav[x-show]", has=clerk.get_by_role("link", name="Refund amount"))
    do = clerk.get_by_role("button", name=re.compile(r"\bActions\b"))
    with subtests.test("icon names are hidden"):
        expect(clerk.get_by_role("link", name="Orders", exact=True).first).to_be_visible()
        expect(clerk.get_by_role("button", name="Actions", exact=True)).to_be_visible()
    expect(menu).to_be_hidden()
    with subtests.test("the Tab key leaves the menu"):
        do.focus()
        clerk.keyboard.press("Enter")
        expect(menu.get_by_role("link").first).to_be_focused()
        clerk.keyboard.press("Shift+Tab")
        expect(menu).to_be_hidden()
        do.focus()
        clerk.keyboard.press("Enter")
        expect(menu.get_by_role("link").first).to_be_focused()
        clerk.keyboard.press("ArrowUp")
        clerk.keyboard.press("Tab")
        expect(menu).to_be_hidden()
        expect(do).not_to_be_focused()
    with subtests.test("the menu of the account"):
        user = clerk.locator("[data-keyboard]", has_text="box-office@example.com").first
        user.focus()
        clerk.keyboard.press("Enter")
        profile = clerk.get_by_role("link", name="Profile")
        expect(clerk.locator("nav[x-show]", has=profile).locator(":focus")).to_have_count(1)
        clerk.keyboard.press("Escape")
        expect(profile).to_be_hidden()
        expect(user).to_be_focused()
    do.focus()
    clerk.keyboard.press("Enter")
    expect(menu).to_be_visible()
    expect(do).to_have_attribute("aria-expanded", "true")
    expect(menu.get_by_role("link").first).to_be_focused()
    clerk.keyboard.press("ArrowUp")
    expect(menu.get_by_role("link").last).to_be_focused()
    clerk.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(do).to_be_focused()
    expect(do).to_have_attribute("aria-expanded", "false")
    clerk.keyboard.press("Space")
    expect(menu.get_by_role("link").first).to_be_focused()
    while "Refund amount" not in clerk.evaluate("document.activeElement.textContent"):
        clerk.keyboard.press("Tab")
    clerk.keyboard.press("Enter")
    expect(clerk.get_by_text("You can refund at most €90.")).to_be_visible()


EMPTY = "all => all.filter(one => !one.textContent.trim()).map(one => one.outerHTML)"
# The text that the icon font turns into icons.
ICONS = """() => [...document.querySelectorAll(".material-symbols-outlined")]
    .map(icon => icon.textContent.trim()).filter(Boolean)"""


def test_icon_only_buttons_have_labels(manager, order):
    show = order.performance.show_id
    for page, names in {
        "/admin/bookings/order/": ["Toggle sidebar", "Search"],
        f"/admin/shows/show/{show}/change/": ["Toggle sidebar", "Go back", "Change or add"],
        f"/admin/shows/performance/{order.performance_id}/change/": ["Go back"],
        f"/admin/venues/venue/{order.performance.venue_id}/change/": ["Go back"],
    }.items():
        manager.goto(page)
        body = manager.locator("body")
        for width in (360, 1920):
            manager.set_viewport_size({"width": width, "height": 900})
            for name in names:
                labelled = body.get_by_label(name, exact=True).locator("visible=true")
                expect(labelled).not_to_have_count(0)
            heard = re.findall(r'"([^"]*)"', body.aria_snapshot())
            for icon in set(manager.evaluate(ICONS)):
                assert not [name for name in heard if re.match(rf"{icon}\b", name)], page
        if page == "/admin/bookings/order/":
            for name in ("Menu", "Results"):
                expect(manager.get_by_role("region", name=name)).to_have_count(1)
        if "/order/" in page:
            assert faults_of(manager) == []
        if "/performance/" in page:
            assert manager.locator("th").evaluate_all(EMPTY) == []
            manager.set_viewport_size({"width": 1440, "height": 900})
            assert manager.evaluate(CUT_TITLES) == []


def test_a_price_row_can_be_marked_for_deletion_by_keyboard(manager, order):
    Concession.objects.create(performance=order.performance, name="Student", percent_off=20)
    manager.goto(f"/admin/shows/performance/{order.performance_id}/change/")
    box = manager.get_by_role("checkbox", name="Delete").first
    box.focus()
    manager.keyboard.press("Space")
    expect(manager.get_by_text("This item will be deleted.").first).to_be_visible()


def test_pages_fit_a_phone(clerk, order):
    """Tables are wider, and scroll on their own."""
    clerk.set_viewport_size({"width": 360, "height": 740})
    clerk.goto("/admin/bookings/order/")
    lines = clerk.locator(".result-list .data-row > *")
    expect(lines.first).to_be_visible()
    cut = lines.evaluate_all("all => all.filter(one => one.scrollHeight > one.clientHeight + 1)")
    assert not cut
    expect(clerk.locator("#header-inner h1").get_by_text("Orders")).to_be_in_viewport(ratio=1)
    for page in (
        f"/admin/bookings/order/{order.pk}/change/",
        f"/admin/shows/performance/{order.performance_id}/change/",
        "/admin/emails/outboxemail/kinds/order_confirmation/?as=phone",
    ):
        clerk.goto(page)
        assert clerk.evaluate("document.documentElement.scrollWidth") == 360, page
    email = clerk.frame_locator("iframe")
    expect(email.get_by_text("Stalls, row A, seat 1")).to_be_visible()
