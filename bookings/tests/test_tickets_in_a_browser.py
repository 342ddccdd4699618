"""Tickets on a phone and a desktop: swiped, without a connection, after logging out."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.tests.browser import log_in
from accounts.tests.factories import make_user as make_account
from bookings.aftersale.resend import reissue_tickets
from bookings.documents.ticket_codes import qr_svg
from bookings.sale.customers import Customer
from core.testing.page_faults import faults_at_both_sizes, faults_of
from core.testing.touch import move_finger
from shows.models import Performance
from shows.terms import clear_cached_terms
from venues.models import Venue

from .browsing import cookie_of
from .factories import make_customer, make_hold, make_paid_order, make_sale

pytestmark = [pytest.mark.service_workers, pytest.mark.django_db(transaction=True)]

SIZES = [{"width": 375, "height": 667}, {"width": 1440, "height": 740}]
KEPT = """async () => {
  const kept = await (await caches.open('tickets')).keys();
  return kept.map(({url}) => new URL(url).pathname);
}"""


@pytest.fixture
def alice():
    return make_account("alice@example.org", name="Alice")


@pytest.fixture
def order(alice):
    customer = Customer(make_customer().visitor, alice)
    performance = make_sale(doors_at=timezone.now() + timedelta(days=29))
    Venue.objects.update(entrances="Gate 3")
    hold = make_hold(performance=performance, labels=("A1", "A2", "B1"), customer=customer)
    return make_paid_order(hold=hold, user=alice)


def address_of(order):
    return f"/tickets/{order.reference}/"


def open_page(browser_context, live_server, **options):
    options = {"viewport": SIZES[0]} | options
    context = browser_context(base_url=live_server.url, **options)
    page = context.new_page()
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.on(
        "console",
        lambda message: (
            page.errors.append(message.text) if "Content Security Policy" in message.text else None
        ),
    )
    return page


def go_offline(page, is_offline=True):
    page.context.set_offline(is_offline)


def log_in_and_keep(page, user, order):
    log_in(page, email=user.email, path=address_of(order))
    expect(page.get_by_text("also opens without a connection")).to_be_visible()


def open_by_link_and_keep(page, order):
    page.goto(f"{address_of(order)}?key={order.key}")
    expect(page.get_by_text("also opens without a connection")).to_be_visible()


def open_and_keep(page, order):
    page.goto(address_of(order))
    expect(page.get_by_text("also opens without a connection")).to_be_visible()


def expect_nothing_kept(page, order):
    page.goto(address_of(order))
    expect(page.get_by_role("heading", name="No connection")).to_be_visible()
    expect(page.get_by_role("link", name="Show tickets")).to_be_hidden()
    assert page.locator(".ticket-large-code").count() == 0


def test_opened_tickets_are_shown_without_a_connection(browser_context, live_server, order):
    page = open_page(browser_context, live_server)
    open_by_link_and_keep(page, order)
    assert faults_at_both_sizes(page) == []
    expect_all_on_one_screen(page, order)
    go_offline(page)
    page.goto(address_of(order))
    expect(page.get_by_text("No connection.")).to_be_visible()
    expect(page.get_by_text("also opens without a connection")).to_be_visible()
    codes = page.locator(".ticket-large-code")
    assert codes.count() == 3
    expect(page.get_by_role("link", name="Download tickets (PDF)")).to_be_hidden()
    styled = codes.first.evaluate("element => getComputedStyle(element).backgroundColor")
    assert styled == "rgb(255, 255, 255)"
    for size in SIZES:
        page.set_viewport_size(size)
        assert codes.first.locator("svg").bounding_box()["width"] >= 280
    assert faults_at_both_sizes(page) == []
    go_offline(page, False)
    page.reload()
    expect(page.get_by_text("No connection.")).to_be_hidden()
    assert page.errors == []


def expect_all_on_one_screen(page, order):
    """A small phone shows everything that the entrance needs without scrolling."""
    ticket = page.locator(".ticket-screen").first
    parts = [
        page.get_by_role("heading", name=order.performance.show.title),
        page.get_by_text("Old Gasworks, Berlin"),
        page.get_by_text("Doors"),
        ticket.get_by_role("heading", name="Stalls, row A, seat 1"),
        ticket.get_by_text("Gate 3"),
        ticket.locator(".ticket-large-code svg"),
    ]
    for size in SIZES:
        page.set_viewport_size(size)
        for part in parts:
            expect(part).to_be_in_viewport(ratio=1)


@pytest.mark.both_sizes
def test_logging_out_drops_what_was_kept(browser_context, live_server, alice, order, screen):
    page = open_page(browser_context, live_server, viewport=screen)
    log_in_and_keep(page, alice, order)
    assert address_of(order) in page.evaluate(KEPT)
    page.goto("/accounts/logout/")
    page.locator("main").get_by_role("button", name="Log out").click()
    page.wait_for_url(live_server.url + "/")
    assert page.evaluate(KEPT) == []
    go_offline(page)
    expect_nothing_kept(page, order)


@pytest.mark.both_sizes
def test_what_may_no_longer_be_seen_is_dropped(
    browser_context, live_server, alice, order, screen, subtests
):
    page = open_page(browser_context, live_server, viewport=screen)
    log_in_and_keep(page, alice, order)
    page.context.clear_cookies()  # The session ended without a log-out.
    with subtests.test("by whoever the browser now belongs to"):
        guest = make_customer()
        theirs = make_paid_order(hold=make_hold(customer=guest))
        page.context.add_cookies([cookie_of(guest) | {"url": live_server.url}])
        open_and_keep(page, theirs)
        kept = page.evaluate(KEPT)
        assert address_of(theirs) in kept and address_of(order) not in kept
    with subtests.test("by somebody whose right has ended"):
        page.context.clear_cookies()
        page.goto(address_of(theirs))
        expect(page.get_by_text("We can't show this booking here")).to_be_visible()
        go_offline(page)
        expect_nothing_kept(page, theirs)


@pytest.mark.both_sizes
def test_tickets_of_a_past_show_are_dropped(browser_context, live_server, order, screen):
    page = open_page(browser_context, live_server, viewport=screen)
    open_by_link_and_keep(page, order)
    ended = """async ([path]) => {
      const cache = await caches.open('tickets');
      const kept = await cache.match(path);
      const headers = new Headers(kept.headers);
      headers.set('X-Keep-Until', '1000');
      await cache.put(path, new Response(await kept.text(), {headers}));
    }"""
    page.evaluate(ended, [address_of(order)])
    go_offline(page)
    expect_nothing_kept(page, order)


@pytest.mark.both_sizes
def test_an_open_page_hears_of_a_new_code(browser_context, live_server, order, screen):
    page = open_page(browser_context, live_server, viewport=screen)
    open_by_link_and_keep(page, order)
    code = page.locator(".ticket-large-code path").first
    before = code.get_attribute("d")
    reissue_tickets(order=order, actor="test")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    ticket = order.tickets.order_by("place_id").first()
    new = qr_svg(ticket).split(' d="')[1].split('"')[0]
    expect(code).to_have_attribute("d", new)
    assert new != before
    expect(code).to_be_in_viewport(ratio=0.99)
    # The old code is no longer kept, either.
    expect(page.get_by_text("also opens without a connection")).to_be_visible()
    go_offline(page)
    page.goto(address_of(order))
    expect(page.get_by_text("No connection.")).to_be_visible()
    expect(code).to_have_attribute("d", new)


@pytest.mark.both_sizes
def test_offline_the_list_leads_to_opened_tickets(
    browser_context, live_server, alice, order, screen
):
    page = open_page(browser_context, live_server, viewport=screen)
    log_in_and_keep(page, alice, order)
    page.goto("/tickets/")
    page.wait_for_function(
        "async () => Boolean(await (await caches.open('tickets')).match('/tickets/'))"
    )
    go_offline(page)
    page.goto("/tickets/")
    expect(page.get_by_text("No connection.")).to_be_visible()
    assert faults_of(page) == []
    # A connection that comes back just now reloads the page, but not instead of the link.
    page.get_by_role("link", name=order.performance.show.title).evaluate(
        "link => { link.click(); setInterval(() => dispatchEvent(new Event('online')), 1); }"
    )
    page.wait_for_url(f"**{address_of(order)}")
    expect(page.locator(".ticket-large-code").first).to_be_visible()
    page.goto("/tickets/UNKNOWN/")
    expect(page.get_by_role("heading", name="Your tickets")).to_be_visible()


@pytest.mark.both_sizes
def test_without_a_connection_other_pages_lead_to_opened_tickets(
    browser_context, live_server, alice, order, screen
):
    page = open_page(browser_context, live_server, viewport=screen)
    log_in_and_keep(page, alice, order)
    # The network fails while the tickets are open: what is not kept is no longer offered.
    go_offline(page)
    expect(page.get_by_text("No connection.")).to_be_visible()
    expect(page.get_by_role("link", name="Download tickets (PDF)")).to_be_hidden()
    go_offline(page, False)
    expect(page.get_by_text("No connection.")).to_be_hidden()
    page.goto(f"/orders/{order.reference}/")
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    go_offline(page)
    page.get_by_role("link", name="Download tickets (PDF)").click()
    expect(page.locator("#connection-note")).to_contain_text("No connection")
    page.get_by_role("link", name="Show tickets").click()
    page.wait_for_url(f"**{address_of(order)}")
    expect(page.locator(".ticket-large-code").first).to_be_visible()
    # And so does what is shown in place of a page that cannot be loaded.
    page.goto("/accounts/")
    expect(page.get_by_role("heading", name="No connection")).to_be_visible()
    page.get_by_role("link", name="Show tickets").click()
    expect(page.locator(".ticket-large-code").first).to_be_visible()


@pytest.mark.both_sizes
@pytest.mark.parametrize("javascript", [True, False])
def test_tickets_lead_to_their_neighbours(browser_context, live_server, order, javascript, screen):
    page = open_page(browser_context, live_server, javascript=javascript, viewport=screen)
    page.goto(f"{address_of(order)}?key={order.key}")
    first, second = (page.locator(".ticket-screen").nth(n) for n in (0, 1))
    is_phone = screen["width"] < 600  # A desktop has room for all three.
    expect(first).to_be_in_viewport(ratio=0.5)
    back = page.get_by_role("banner").get_by_role("link")
    assert back.bounding_box()["x"] == pytest.approx(first.bounding_box()["x"], abs=1)
    if is_phone:
        expect(second).not_to_be_in_viewport(ratio=0.5)
    first.get_by_role("link", name="Next ticket").click()
    expect(page).to_have_url(re.compile(f"#{second.get_attribute('id')}$"))
    expect(second).to_be_in_viewport(ratio=0.9)
    if is_phone:
        expect(first).not_to_be_in_viewport(ratio=0.5)
    second.get_by_role("link", name="Previous ticket").press("Enter")
    expect(first).to_be_in_viewport(ratio=0.9)


@pytest.mark.both_sizes
def test_tickets_are_swiped(browser_context, live_server, order, screen):
    page = open_page(browser_context, live_server, viewport=screen, has_touch=True)
    page.goto(f"{address_of(order)}?key={order.key}")
    first, second, last = (page.locator(".ticket-screen").nth(n) for n in range(3))
    expect(first).to_be_in_viewport(ratio=0.5)
    at = first.bounding_box()
    swipe(page, at, -260)
    if screen["width"] < 600:
        # It rests where the first was, wherever the finger has let go.
        page.wait_for_function(
            "([it, x]) => Math.abs(it.getBoundingClientRect().x - x) < 1",
            arg=[second.element_handle(), at["x"]],
        )
        expect(first).not_to_be_in_viewport(ratio=0.5)
        swipe(page, at, 260)
        expect(first).to_be_in_viewport(ratio=0.9)
    else:
        # There is room for all of them.
        expect(last).to_be_in_viewport(ratio=0.9)
    assert faults_of(page) == []


def swipe(page, box, distance):
    """Move a finger across a ticket; a negative distance is to the left."""
    x, y = box["x"] + box["width"] / 2, box["y"] + 150
    move_finger(page, (x - distance / 2, y), (x + distance / 2, y))


@pytest.mark.both_sizes
def test_the_screen_stays_on_while_codes_are_shown(browser_context, live_server, order, screen):
    page = open_page(browser_context, live_server, viewport=screen)
    page.add_init_script(
        "window.locks = []; Object.defineProperty(navigator, 'wakeLock', {value: {request: async "
        "(kind) => { locks.push(kind); return new EventTarget(); }}});"
    )
    page.goto(f"{address_of(order)}?key={order.key}")
    expect(page.get_by_text("Turn up the brightness of your screen")).to_be_visible()
    expect(page.get_by_text("The screen stays on")).to_be_visible()
    assert page.evaluate("locks") == ["screen"]
    Performance.objects.filter(pk=order.performance_id).update(status="cancelled")
    clear_cached_terms()
    page.goto(address_of(order))
    expect(page.get_by_text("This show has been cancelled.")).to_be_visible()
    assert page.evaluate("locks") == []


@pytest.mark.both_sizes
def test_tickets_are_added_to_the_home_screen(browser_context, live_server, order, screen):
    page = open_page(browser_context, live_server, viewport=screen)
    page.goto(f"{address_of(order)}?key={order.key}")
    button = page.get_by_role("button", name="Add to home screen")
    hint = page.get_by_text("tap Share and then “Add to Home Screen”")
    expect(button).to_be_hidden()
    expect(hint).to_be_hidden()
    offer = """() => {
      const event = new Event("beforeinstallprompt", { cancelable: true });
      event.prompt = () => { window.isAsked = true; };
      return !window.dispatchEvent(event);
    }"""
    # The browser does not ask by itself.
    assert page.evaluate(offer)
    button.click()
    assert page.evaluate("window.isAsked")
    page.evaluate("window.dispatchEvent(new Event('appinstalled'))")
    expect(button).to_be_hidden()
    # Safari on iPhones.
    page.add_init_script("Object.defineProperty(navigator, 'standalone', { value: false });")
    page.reload()
    expect(hint).to_be_visible()
    expect(button).to_be_hidden()
