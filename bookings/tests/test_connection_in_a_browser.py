"""What happens without a network: what was pressed says so in place, and goes on by itself."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from bookings.models import Hold, Order, Place
from core.testing.page_faults import faults_of

from .browsing import cookie_of
from .factories import make_customer, make_hold, make_sale, seated

pytestmark = pytest.mark.django_db(transaction=True)
SIZES = [{"width": 375, "height": 740}, {"width": 1440, "height": 900}]
in_both_sizes = pytest.mark.parametrize("network", SIZES, ids=["phone", "desktop"], indirect=True)
OFFLINE = re.compile("^No connection")


@pytest.fixture
def alice():
    return make_customer()


@pytest.fixture
def network(request, browser_context, live_server):
    """Return a page and the network of its browser, which can be turned off; by default a phone."""
    size = getattr(request, "param", SIZES[0])
    context = browser_context(base_url=live_server.url, viewport=size)
    return Network(context.new_page())


class Network:
    def __init__(self, page):
        self.page = page
        self.session = page.context.new_cdp_session(page)
        self.session.send("Network.enable")

    def turn(self, is_on):
        none = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
        self.session.send("Network.emulateNetworkConditions", {"offline": not is_on, **none})

    def become(self, customer, live_server):
        self.page.context.add_cookies([cookie_of(customer) | {"url": live_server.url}])


def note(page):
    return page.locator("#connection-note")


def is_beside(page, control):
    """Return whether the note is within the window and close to the control."""
    box, at = note(page).bounding_box(), control.bounding_box()
    size = page.viewport_size
    inside = box["x"] >= 0 and box["x"] + box["width"] <= size["width"]
    below, above = box["y"] - at["y"] - at["height"], at["y"] - box["y"] - box["height"]
    return inside and box["y"] >= 0 and max(below, above) < 16


@in_both_sizes
def test_a_basket_is_filled_once_although_the_button_is_pressed_twice(network):
    page = network.page
    page.goto(make_sale().get_absolute_url())
    network.turn(False)
    button = page.get_by_role("button", name="Find seats")
    button.click()
    expect(note(page).get_by_text(OFFLINE)).to_be_visible()
    assert is_beside(page, button) and faults_of(page) == []
    button.click()
    assert not Hold.objects.exists()
    network.turn(True)
    expect(page.get_by_role("heading", name="Your basket")).to_be_visible()
    expect(note(page)).to_be_empty()
    page.wait_for_load_state("networkidle")
    assert Place.objects.held_at().count() == 2


@in_both_sizes
def test_seats_are_held_once_although_the_answer_was_lost(network):
    page = network.page
    page.goto(make_sale().get_absolute_url())
    lost = []

    def lose(route):
        # The server does what it is asked to; the answer does not arrive.
        if not lost:
            lost.append(route.fetch())
            route.abort()
        else:
            route.continue_()

    page.route("**/hold/", lose)
    page.get_by_role("button", name="Find seats").click()
    expect(page.get_by_role("heading", name="Your basket")).to_be_visible()
    assert lost[0].status == 200
    assert Place.objects.held_at().count() == 2


@in_both_sizes
@pytest.mark.parametrize("opener", ["list", "map"])
def test_a_section_is_opened_once_the_network_is_back(network, opener):
    page = network.page
    # So long that the map of all does not fetch their seats yet.
    sections = [seated(name=f"Block {n}", rows=60, seats=8) for n in (1, 2)]
    page.goto(make_sale(sections=sections).get_absolute_url())
    network.turn(False)
    if opener == "list":
        page.get_by_role("link", name="Block 1", exact=True).click()
        expect(note(page).get_by_text(OFFLINE)).to_be_visible()
    else:
        page.locator(".section-shape .shape").first.dispatch_event("click")
        expect(page.get_by_text("We couldn't load these seats.")).to_be_visible()
    network.turn(True)
    # It asks again every three seconds. The section is as large as its seats need to be selected.
    seats = page.locator(".seat-section:not([hidden]) .seat")
    expect(seats).to_have_count(480)
    expect(seats.nth(240)).to_be_in_viewport()
    expect(note(page)).to_be_empty()


@in_both_sizes
def test_a_link_is_followed_once_the_network_is_back(network):
    page = network.page
    page.goto("/")
    network.turn(False)
    link = page.get_by_role("navigation").get_by_role("link", name="Venues")
    link.click()
    expect(note(page).get_by_text(OFFLINE)).to_be_visible()
    assert is_beside(page, link)
    # Whoever changes their mind goes where the last press leads.
    page.get_by_role("navigation").get_by_role("link", name="Shows").click()
    network.turn(True)
    page.wait_for_url(lambda url: urlsplit(url).path == "/shows/")


@in_both_sizes
def test_waiting_can_be_cancelled(network):
    page = network.page
    page.goto("/")
    network.turn(False)
    link = page.get_by_role("navigation").get_by_role("link", name="Venues")
    link.click()
    note(page).get_by_role("button", name="Cancel").click()
    expect(note(page)).to_be_empty()
    expect(link).to_be_focused()
    network.turn(True)
    page.wait_for_timeout(1500)  # Longer than it takes to notice that the network is back.
    assert urlsplit(page.url).path == "/"


@in_both_sizes
def test_an_order_is_placed_once_the_network_is_back(network, alice, live_server):
    page = network.page
    network.become(alice, live_server)
    page.goto(make_hold(customer=alice).get_absolute_url())
    page.get_by_label("E-mail address").fill("alice@example.org")
    page.get_by_label("Name", exact=True).fill("Alice Archer")
    page.get_by_label("I accept the terms of sale").check()
    network.turn(False)
    button = page.get_by_role("button", name="Order and pay €90")
    button.click()
    expect(note(page).get_by_text(OFFLINE)).to_be_visible()
    button.click()
    assert not Order.objects.exists()
    network.turn(True)
    expect(page).to_have_url(re.compile("/pay/demo/"))
    assert Order.objects.count() == 1


@in_both_sizes
def test_the_buttons_of_a_basket_wait(network, alice, live_server):
    page = network.page
    network.become(alice, live_server)
    page.goto(make_hold(customer=alice).get_absolute_url())
    network.turn(False)
    page.get_by_role("button", name="Remove Stalls, row A, seat 1").click()
    page.get_by_role("button", name="Add 5 minutes").click()
    expect(note(page).get_by_text(OFFLINE)).to_be_visible()
    network.turn(True)
    expect(page.get_by_role("button", name="Order and pay €45")).to_be_visible()
    expect(page.get_by_text("already extended once")).to_be_visible()


@in_both_sizes
def test_a_dead_server_is_noticed_although_the_device_is_online(network):
    page = network.page
    page.goto("/")
    # As in a network without internet access: the browser believes that it is online.
    page.route("**/healthz", lambda route: route.abort())
    page.clock.install()
    page.clock.run_for(3_000)
    page.get_by_role("navigation").get_by_role("link", name="Venues").click()
    expect(note(page).get_by_text(OFFLINE)).to_be_visible()
    page.unroute("**/healthz")
    page.clock.run_for(20_000)
    page.wait_for_url(lambda url: urlsplit(url).path == "/venues/")


@in_both_sizes
def test_a_slow_answer_is_announced(network):
    page = network.page
    page.clock.install()
    page.goto(make_sale().get_absolute_url())
    held = []
    page.route("**/hold/", lambda route: held.append(route))
    page.get_by_role("button", name="Find seats").click()
    page.clock.run_for(4_500)
    expect(note(page).get_by_text("This is taking longer than usual")).to_be_visible()
    held[0].continue_()
    expect(page.get_by_role("heading", name="Your basket")).to_be_visible()
    expect(note(page)).to_be_empty()
