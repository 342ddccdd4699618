"""The arena of 16,000 places: few bytes, few taps, one section's data at a time."""

import gzip
import re
from urllib.request import Request, urlopen

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from bookings.models import Order, Ticket
from bookings.staff_operations.put_on_sale import put_on_sale
from bookings.tests.seat_map import scale_of
from core.static_files import minified
from core.testing.browser import SIZES
from demo.seating_plans import arena
from shows.terms import clear_cached_terms
from shows.tests.factories import make_performance
from venues.plans import add_plan_version
from venues.tests.factories import make_venue

pytestmark = pytest.mark.django_db(transaction=True)

MOST_BYTES = 80_000
MOST_SCRIPT = 25_000  # Of our own.
EMAILS = ("alice@example.org", "bob@example.org")


@pytest.fixture
def performance():
    plan = add_plan_version(venue=make_venue(name="Arena"), name="Arena", draft=arena())
    performance = make_performance(plan=plan, opened=False)
    performance = put_on_sale(performance=performance, actor="test")
    clear_cached_terms(performance.pk)
    return performance


def compressed(address):
    """Return the compressed size of a response as it is served once collected, without headers."""
    with urlopen(Request(address, headers={"Accept-Encoding": "gzip"})) as response:
        body = response.read()
        if response.headers.get("Content-Encoding") == "gzip":
            return len(body)
    if "/js/" in address or "/css/" in address:
        body = minified(address, body.decode()).encode()
    return min(len(body), len(gzip.compress(body)))


def test_the_page_is_light(page, performance):
    loaded = []
    page.on("request", lambda request: loaded.append(request.url))
    page.goto(f"/performances/{performance.pk}/")
    page.wait_for_load_state("networkidle")
    sizes = {url: compressed(url) for url in {*loaded} if url.startswith("http")}
    ours = sum(size for url, size in sizes.items() if "/js/" in url)
    assert 5_000 < ours <= MOST_SCRIPT
    assert sum(sizes.values()) <= MOST_BYTES


@pytest.mark.both_sizes
def test_one_section_at_a_time_is_fetched_while_zooming_in(page, performance):
    open_now, most, number = set(), 0, 0

    def begin(request):
        nonlocal most, number
        if "/drawing/" in request.url:
            open_now.add(request)
            number += 1
            most = max(most, len(open_now))

    page.on("request", begin)
    page.on("requestfinished", lambda request: open_now.discard(request))
    page.goto(f"/performances/{performance.pk}/")
    page.locator("[data-frame]").evaluate("it => it.scrollIntoView()")
    page.wait_for_timeout(400)  # Until the page is no longer being scrolled.
    # The middle of the arena is its floor, which has no seats.
    box = page.locator(".section-shape[href*='section=112']").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for _ in range(3):
        page.mouse.wheel(0, -120)
    page.locator(".dots path").nth(12).wait_for(state="attached")
    page.wait_for_function(
        "() => document.querySelector('[data-seatmap]').sections.onMap().length > 3"
    )
    assert number > 3 and most == 1
    # Only what is in view is on the map.
    page.get_by_role("button", name="Whole plan").click()
    expect(page.locator(".dots")).to_have_count(0)
    expect(page.locator("input.seat")).to_have_count(0)
    # On the floor, no section beside it is named as the place where one is.
    closer = page.get_by_role("button", name="Zoom in")
    closer.click(click_count=2)
    if page.viewport_size["width"] > 992:
        page.locator(".dots").nth(1).wait_for(state="attached")
    closer.click()
    scale_of(page)
    expect(page.locator("[data-place]")).to_be_hidden()


class Finger:
    """Taps on a phone, and counts."""

    def __init__(self, page):
        self.page, self.taps = page, 0

    def tap(self, locator):
        locator.tap()
        self.taps += 1

    def tap_seat(self, label):
        """Tap where a seat is on the map."""
        x, y = self.page.evaluate(
            """async (label) => {
                const map = document.querySelector("[data-seatmap]");
                const isThis = (seat) => seat.name === label;
                const seats = () => map.sections.onMap().flatMap((section) => section.seats);
                const find = () => seats().find(isThis);
                while (!find() || map.view.isMoving())
                    await new Promise((go) => setTimeout(go, 20));
                const { left, top } = map.querySelector("[data-canvas]").getBoundingClientRect();
                const [x, y] = map.view.toScreen(find().x, find().y);
                return [left + x, top + y];
            }""",
            label,
        )
        self.page.touchscreen.tap(x, y)
        self.taps += 1


def pay(finger, email):
    """Order what is in the basket and pay for it."""
    page = finger.page
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Name", exact=True).fill("Alice Archer")
    finger.tap(page.get_by_label("I accept the terms of sale"))
    finger.tap(page.get_by_role("button", name=re.compile("^Order and pay [^ ]+$")))
    finger.tap(page.get_by_role("button", name=re.compile(r"^Pay [^ ]*\d")))
    page.wait_for_url("**/orders/**")


def test_few_taps_lead_from_home_to_paid(browser_context, live_server, performance):
    """Also on a desktop, whose screen can be touched, too."""
    # Each is a customer of their own: there is a limit of tickets.
    for email, row, screen in zip(EMAILS, "HJ", SIZES.values(), strict=True):
        touch = {"phone": screen["width"] < 600, "viewport": screen, "has_touch": True}
        page = browser_context(base_url=live_server.url, **touch).new_page()
        buy_best_seats(page, email)
        buy_three_seats(page, email, row)


def buy_best_seats(page, email):
    finger = Finger(page)
    page.goto("/")
    finger.tap(page.get_by_role("link", name=re.compile("^Tickets")).first)
    finger.tap(page.get_by_role("button", name="Find seats"))
    finger.tap(page.get_by_role("link", name="Go to basket").first)
    page.wait_for_url("**/basket/**")
    pay(finger, email)
    assert finger.taps <= 7
    assert_paid(2)


def buy_three_seats(page, email, row):
    """Choose three seats of a row by hand."""
    finger = Finger(page)
    page.goto("/")
    finger.tap(page.get_by_role("link", name=re.compile("^Tickets")).first)
    shape = page.locator(".section-shape[href*='section=112']")
    shape.scroll_into_view_if_needed()
    finger.tap(shape)
    for number in (7, 8, 9):
        finger.tap_seat(f"112, row {row}, seat {number}")
        expect(page.locator("[data-chosen] li")).to_have_count(number - 6)
    finger.tap(page.get_by_role("button", name="Add to basket", exact=True))
    page.wait_for_url("**/basket/**")
    pay(finger, email)
    assert finger.taps <= 9
    assert_paid(3)


def assert_paid(quantity):
    order = Order.objects.latest("pk")
    assert Ticket.objects.filter(order=order).count() == quantity
    assert order.paid_at <= timezone.now()
