"""Two people go through the queue, in real browsers."""

from datetime import timedelta

import pytest
from django.utils import timezone

from shows.models import Performance
from waitingroom.models import Pass
from waitingroom.rooms import forget_rooms
from waitingroom.tests.factories import make_room

from .factories import make_sale, seated

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def person(browser_context, live_server):
    """Call it for the page of another person, with a browser of their own."""
    errors = []

    def make(**options):
        page = browser_context(base_url=live_server.url, **options).new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield make
    assert not errors


def make_queue(**fields):
    return make_room(performance=make_sale(sections=[seated()]), capacity=1, **fields)


def join(page, room):
    page.goto(f"/queue/{room.pk}/")
    # Quicker than any hand would be taken for a program.
    page.wait_for_timeout(500)
    page.get_by_role("button", name="Join the queue").click()


def test_two_people_go_in_one_after_the_other_by_themselves(person):
    room = make_queue()
    alice, bob = person(), person(phone=True)
    join(alice, room)
    alice.wait_for_url(f"**/performances/{room.pk}/")
    join(bob, room)
    bob.get_by_text("You are next.").wait_for()
    assert bob.get_by_role("button", name="Go in").is_hidden()

    bob.goto(f"/performances/{room.pk}/")
    bob.get_by_role("button", name="Find and hold").click()
    bob.wait_for_url(f"**/queue/{room.pk}/**")  # The sale sends him back to his place.
    bob.get_by_text("You are next.").wait_for()

    alice.goto(f"/performances/{room.pk}/")
    alice.get_by_role("button", name="Find and hold").click()
    alice.get_by_role("heading", name="Your basket").wait_for()
    alice.goto(f"/queue/{room.pk}/")
    Pass.objects.update(expires_at=Pass.objects.get().entered_at)  # She has finished.

    bob.wait_for_url(f"**/performances/{room.pk}/")
    bob.get_by_role("button", name="Find and hold").click()
    bob.get_by_role("heading", name="Your basket").wait_for()


def test_those_who_gathered_are_drawn_without_asking_the_server_for_it(person):
    room = make_queue(gathering=True)
    soon = timezone.now() + timedelta(seconds=12)
    Performance.objects.filter(pk=room.pk).update(on_sale_from=soon)
    forget_rooms()
    alice, bob = person(), person()
    for page in (alice, bob):
        join(page, room)
        page.get_by_text("At the opening a draw decides").wait_for()
    asked = []
    bob.on("request", lambda request: asked.append(request.url))
    alice.on("request", lambda request: asked.append(request.url))
    first = None
    for _second in range(40):
        first = next((p for p in (alice, bob) if "/performances/" in p.url), None)
        if first:
            break
        alice.wait_for_timeout(500)
        bob.wait_for_timeout(500)
    assert first is not None
    other = bob if first is alice else alice
    other.get_by_text("You are next.").wait_for()
    assert not [url for url in asked if url.endswith("/place/")]


def test_it_works_without_a_script(person):
    room = make_queue()
    page = person(javascript=False)
    join(page, room)
    page.wait_for_url("**/place/")
    # The page refreshes by itself; its button goes in.
    page.get_by_role("button", name="Go in").click(timeout=20_000)
    page.wait_for_url(f"**/performances/{room.pk}/")


def test_a_bad_network_loses_no_place(person):
    room = make_queue()
    alice, bob = person(), person()
    join(alice, room)
    alice.wait_for_url("**/performances/**")
    join(bob, room)
    bob.get_by_text("You are next.").wait_for()
    bob.context.set_offline(True)
    bob.get_by_text("The connection is gone.").wait_for(timeout=30_000)
    bob.context.set_offline(False)
    Pass.objects.update(expires_at=Pass.objects.get().entered_at)
    bob.wait_for_url(f"**/performances/{room.pk}/", timeout=30_000)
