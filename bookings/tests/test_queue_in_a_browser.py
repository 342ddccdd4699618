"""Two customers go through the queue in browsers."""

from datetime import timedelta
from itertools import count

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from core.testing.browser import SIZES
from waitingroom import lottery
from waitingroom.controls import resume
from waitingroom.entry import enter
from waitingroom.models import Pass, WaitingRoom
from waitingroom.queue_status import RENEWED_AFTER, queue_status_of
from waitingroom.rooms import clear_room_cache
from waitingroom.tests.factories import advance, join_queue, make_room, open_due

from .factories import make_sale, seated

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def person(browser_context, live_server, screen):
    """Return a function that opens a page in a new browser."""
    errors = []

    def make(**options):
        options = {"base_url": live_server.url, "viewport": screen} | options
        page = browser_context(**options).new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield make
    assert not errors


def make_queue(performance=None, capacity=1, **fields):
    performance = performance or make_sale(sections=[seated()])
    return make_room(performance=performance, capacity=capacity, **fields)


def join(page, room):
    page.goto(f"/queue/{room.pk}/")
    # A quicker click would count as a bot.
    page.wait_for_timeout(500)
    page.get_by_role("button", name="Join the queue").click()


@pytest.mark.both_sizes
def test_two_visitors_enter_one_after_the_other_automatically(person):
    room = make_queue()
    alice, bob = person(), person(phone=True)
    join(alice, room)
    alice.wait_for_url(f"**/performances/{room.pk}/")
    join(bob, room)
    bob.get_by_text("You're next.").wait_for()
    expect(bob.get_by_role("button", name="Go to tickets")).to_be_hidden()

    bob.goto(f"/performances/{room.pk}/")
    expect(bob.get_by_role("button", name="Find seats")).to_have_count(0)
    expect(bob.locator(".legend-prices")).to_contain_text("€45")
    bob.get_by_role("link", name="Go to the queue").click()
    bob.wait_for_url(f"**/queue/{room.pk}/**")
    bob.get_by_text("You're next.").wait_for()
    # A bad network loses no position.
    bob.context.set_offline(True)
    bob.get_by_text("Connection lost.").wait_for()
    bob.context.set_offline(False)

    alice.goto(f"/performances/{room.pk}/")
    alice.get_by_role("button", name="Find seats").click()
    alice.get_by_role("link", name="Go to basket").first.click()
    expect(alice.get_by_role("region", name="Your time to buy")).to_be_visible()
    Pass.objects.update(expires_at=timezone.now() + timedelta(seconds=100))
    alice.reload()
    expect(alice.get_by_text("Your time to buy ends soon.")).to_be_visible()
    Pass.objects.update(expires_at=Pass.objects.get().entered_at)
    alice.goto(f"/performances/{room.pk}/")
    expect(alice.get_by_role("button", name="Find seats")).to_have_count(0)

    bob.wait_for_url(f"**/performances/{room.pk}/")
    bob.get_by_role("button", name="Find seats").click()
    bob.get_by_role("heading", name="Your basket").wait_for()

    alice.get_by_role("link", name="Back to the queue").click()
    alice.wait_for_timeout(500)  # As in `join`.
    alice.get_by_role("button", name="Return to the queue").click()
    alice.get_by_text("You're next.").wait_for()


def join_all(room, *people):
    """Have the customers join before the opening; return their ids in the draw."""
    for page in people:
        join(page, room)
        page.get_by_text("When sales open, everyone here gets a random place").wait_for()
    return [page.locator("[data-draw-id]").get_attribute("data-draw-id") for page in people]


def open_with(room, people, arrivals, positions):
    """Open the room with a seed by which these arrivals get these positions."""
    seeds = (f"{number:064}" for number in count())
    seed = next(seed for seed in seeds if drawn(seed, arrivals) == positions)
    WaitingRoom.objects.filter(pk=room.pk).update(seed=seed)
    open_due(room)
    renew_mark(room, people[0])
    for page in people:
        poll_soon(page)


def poll_soon(page):
    """Have the page poll at once, as that of a phone that is online again."""
    page.evaluate("window.dispatchEvent(new Event('online'))")


def renew_mark(room, page):
    """Refresh the shared state of the room before anybody polls.

    With the previous state a page would still wait for the opening, and poll much later.
    """
    page.wait_for_timeout(1000 * RENEWED_AFTER + 100)
    queue_status_of(room.pk)


def drawn(seed, arrivals):
    return [lottery.position(seed, arrival, len(arrivals)) for arrival in arrivals]


def is_in(page):
    """Return whether the page is in the sale, waiting up to half a second."""
    page.wait_for_timeout(500)
    return "/queue/" not in page.url


@pytest.mark.both_sizes
def test_draw_positions_are_computed_without_a_request(person):
    room = make_queue(gathering=True)
    alice, bob = person(), person()
    arrivals = join_all(room, alice, bob)
    requested = []
    for page in (alice, bob):
        page.on("request", lambda request: requested.append(request.url))
    open_with(room, (alice, bob), arrivals, [2, 1])
    # First her page while he is being admitted: if he took too long, she would be admitted as well.
    alice.get_by_text("You're next.").wait_for()
    bob.wait_for_url(f"**/performances/{room.pk}/")
    assert not [url for url in requested if url.endswith("/place/")]


def test_two_tabs_with_one_token_enter_one_after_the_other(person):
    room = make_queue(gathering=True)
    alice, bob = person(), person()
    arrivals = join_all(room, alice, bob)
    open_with(room, (alice, bob), arrivals, [1, 1])
    waiting = next(other for page, other in [(alice, bob), (bob, alice)] * 60 if is_in(page))
    visited = []
    waiting.on("framenavigated", lambda frame: visited.append(frame.url))
    waiting.get_by_text("We'll let you in as soon as there's a free spot.").wait_for()
    waiting.wait_for_timeout(6000)  # It has polled by then and is unchanged.
    assert visited == []
    Pass.objects.update(expires_at=Pass.objects.get().entered_at)
    waiting.wait_for_url(f"**/performances/{room.pk}/")


@pytest.mark.both_sizes
def test_without_javascript_an_admitted_visitor_is_told_that_the_sale_is_full(person):
    room = make_queue()
    visitor, place = join_queue(room)
    page = person(javascript=False)
    join(page, room)
    page.wait_for_url("**/place/")
    WaitingRoom.objects.update(capacity=2)
    advance(room)
    enter(token=place, visitor=visitor)
    WaitingRoom.objects.update(capacity=1)
    clear_room_cache()
    renew_mark(room, page)
    page.reload()
    page.get_by_role("button", name="Go to tickets").click()
    page.get_by_text("We'll let you in as soon as there's a free spot.").wait_for()


def test_it_works_without_javascript(person):
    """On a phone and a desktop, which wait at the same time."""
    room = make_queue(capacity=2, is_paused=True)
    phone, desktop = (person(javascript=False, viewport=size) for size in SIZES.values())
    for page in (phone, desktop):
        join(page, room)
        page.wait_for_url("**/place/")
        expect(page.get_by_text("The queue is paused. You keep your place.")).to_be_visible()
        expect(page.get_by_role("button", name="Go to tickets")).to_be_hidden()
        assert is_as_wide_as_its_window(page)
    resume(room=room)
    # The page refreshes by itself and shows the button to enter.
    for page in (phone, desktop):
        page.get_by_role("button", name="Go to tickets").click()
        page.wait_for_url(f"**/performances/{room.pk}/")
        page.get_by_role("button", name="Find seats").click()
        page.wait_for_url("**/basket/**")
        expect(page.get_by_role("region", name="Your time to buy")).to_be_visible()
        assert is_as_wide_as_its_window(page)


def is_as_wide_as_its_window(page):
    return page.evaluate("document.documentElement.scrollWidth === innerWidth")
