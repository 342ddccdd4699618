"""The waiting room, from before the opening to the end of the time to buy."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from django.db.models import F
from django.utils import timezone

from .demo_objects import DemoObjects
from .visit import Visit

number = count(1)
SLOW_ENOUGH = 900  # Milliseconds. A quicker click on a queue's button would count as a bot.


def visits(demo: DemoObjects) -> Iterator[Visit]:
    address, early = f"/queue/{demo.queued.pk}/", f"/queue/{demo.gathering.pk}/"
    yield Visit("queue", "before opening", early)
    yield Visit("queue", "joined before opening", early, join_queue)
    yield Visit("queue", "before joining", address)
    yield Visit("queue", "wrong code", address, enter_wrong_code)
    yield Visit("queue", "waiting", address, join_queue)
    yield Visit("queue", "alert by e-mail", address, ask_for_alert("alice@example.org"))
    yield Visit("queue", "alert, errors", address, ask_for_alert("alice"), is_error=True)
    yield Visit("queue", "alert, to confirm", address, follow_alert_link)
    yield Visit("queue", "alert, confirmed", address, confirm_alert)
    wrong = f"{address}alert/wrong/"
    yield Visit("queue", "alert, link no longer valid", wrong, status=404)
    yield Visit("queue", "the draw, before opening", f"{early}draw/")
    yield Visit("queue", "the draw", f"{address}draw/")
    yield Visit("queue", "the draw, verified", f"{address}draw/?id=0123456789abcdef")
    yield Visit("queue", "map without being called in", f"/performances/{demo.queued.pk}/")
    short, over = timedelta(seconds=50), timedelta(seconds=-5)
    yield Visit("queue", "called in", address, enter_sale(demo))
    yield Visit("queue", "called in, time ends soon", address, enter_sale(demo, left=short))
    yield Visit("queue", "called in, time has ended", address, enter_sale(demo, left=over))
    yield Visit("queue", "ended", address, return_late(demo))
    yield Visit("queue", "with a message", address, announce_to_queue(demo))
    yield Visit("queue", "paused", address, pause_queue(demo))
    yield Visit("queue", "closed", address, close_queue(demo))
    yield Visit("queue", "sold out", "/", sell_out_queue(demo))


def join_queue(page):
    page.wait_for_timeout(SLOW_ENOUGH)
    page.locator(".queue-join button").click()
    page.locator("[data-queue]").wait_for()


def enter_wrong_code(page):
    page.wait_for_timeout(SLOW_ENOUGH)
    page.locator("#code").fill("wrong")
    page.locator(".queue-join button").click()
    page.locator("main [role=alert]").wait_for()


def ask_for_alert(email: str) -> Callable[[Any], None]:
    """Return an act: wait, and ask for an e-mail to this address."""

    def act(page):
        join_queue(page)
        page.locator("main input[name=email]").fill(email)
        page.locator("button[name=wants][value=yes]").click()
        page.wait_for_load_state("load")

    return act


def follow_alert_link(page):
    """Open the link of the e-mail that asks to confirm the address."""
    from waitingroom.models import TurnAlert
    from waitingroom.turn_alerts import confirmation_url

    address = f"guest{next(number)}@example.org"
    ask_for_alert(address)(page)
    page.goto(urlsplit(confirmation_url(TurnAlert.objects.get(email=address))).path)


def confirm_alert(page):
    follow_alert_link(page)
    page.locator("main form button").click()
    page.locator("main [role=status]").wait_for()


def enter_sale(demo: DemoObjects, *, left: timedelta | None = None) -> Callable[[Any], None]:
    """Return an act: be called in, and look at the seats with so much time left to buy."""

    def act(page):
        from core.visitors import COOKIE, unsigned_visitor
        from waitingroom.admission import admit
        from waitingroom.controls import set_pace
        from waitingroom.models import Pass

        room = demo.queued
        join_queue(page)
        set_pace(room=room, capacity=100_000, rate=None)
        admit(room.pk)
        # As the page's script and its button do, which cannot be told apart in time. On a busy
        # machine the visitor is called in later.
        headers = {"Origin": page.evaluate("location.origin"), "Accept": "application/json"}
        for _attempt in range(20):
            page.wait_for_timeout(SLOW_ENOUGH)
            answer = page.request.post(f"/queue/{room.pk}/enter/", headers=headers)
            if "/place/" not in answer.json()["to"]:
                break
        if left is not None:
            cookie = next(one for one in page.context.cookies() if one["name"] == COOKIE)
            passes = Pass.objects.filter(visitor=unsigned_visitor(cookie["value"]))
            passes.update(
                expires_at=timezone.now() + left,
                entered_at=F("entered_at") - timedelta(minutes=10),
            )
        page.goto(f"/performances/{room.pk}/")
        page.locator("#sale-session").wait_for()

    return act


def return_late(demo: DemoObjects) -> Callable[[Any], None]:
    """Return an act: come back to the queue after the time to buy has ended."""

    def act(page):
        enter_sale(demo, left=timedelta(seconds=-5))(page)
        page.goto(f"/queue/{demo.queued.pk}/place/")
        page.locator("[data-queue-join]").wait_for()

    return act


def announce_to_queue(demo: DemoObjects) -> Callable[[Any], None]:
    def act(page):
        from waitingroom.controls import announce

        announce(room=demo.queued, message="A second date follows tomorrow.")
        page.wait_for_timeout(2 * SLOW_ENOUGH)
        page.reload()
        join_queue(page)

    return act


def pause_queue(demo: DemoObjects) -> Callable[[Any], None]:
    def act(page):
        from waitingroom.controls import pause

        pause(room=demo.queued)
        page.wait_for_timeout(SLOW_ENOUGH)
        page.reload()
        join_queue(page)

    return act


def close_queue(demo: DemoObjects) -> Callable[[Any], None]:
    def act(page):
        from waitingroom.controls import close

        close(room=demo.queued)
        page.wait_for_timeout(2 * SLOW_ENOUGH)
        page.reload()

    return act


def sell_out_queue(demo: DemoObjects) -> Callable[[Any], None]:
    """Return an act: open the queue of a performance that is sold out."""

    def act(page):
        from waitingroom.admission import open_room
        from waitingroom.joining import ensure_regular_lane
        from waitingroom.models import WaitingRoom
        from waitingroom.rooms import clear_room_cache

        room, is_new = WaitingRoom.objects.get_or_create(performance=demo.sold_out)
        if is_new:
            ensure_regular_lane(room)
            open_room(room.pk)
            clear_room_cache()
            page.wait_for_timeout(2 * SLOW_ENOUGH)
        page.goto(f"/queue/{room.pk}/")

    return act
