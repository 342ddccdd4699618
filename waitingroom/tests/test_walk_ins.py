"""One address cannot take every pass of an automatic waiting room."""

import pytest
from django.utils import timezone

from core.testing.races import losers, meet_after, race, winners
from organisation.tests.factories import set_organisation
from waitingroom import entry, passes
from waitingroom.entry import walk_in
from waitingroom.exceptions import TooManyFromAddress
from waitingroom.models import Pass, WaitingRoom
from waitingroom.tasks import erase_households

from .factories import make_room, new_visitor, pass_time

pytestmark = pytest.mark.django_db(transaction=True)

HOME, NEXT_DOOR = "203.0.113.7", "203.0.113.8"


def make_automatic(*, capacity=200, **fields):
    """Create an automatic waiting room; of 200 passes one household may have 10."""
    return make_room(mode=WaitingRoom.Mode.AUTOMATIC, capacity=capacity, **fields)


def walk_in_from(room, address=HOME, visitor=None):
    return walk_in(performance_id=room.pk, visitor=visitor or new_visitor(), address=address)


def test_walk_ins_of_one_address_do_not_fill_the_sale():
    room = make_automatic()
    for _ in range(10):
        assert walk_in_from(room)
    for _ in range(30):
        with pytest.raises(TooManyFromAddress):
            walk_in_from(room)
    assert Pass.objects.valid().count() == 10
    assert walk_in_from(room, NEXT_DOOR) and walk_in_from(room, "2001:db8::1")
    assert walk_in_from(room, address=None)


@pytest.mark.parametrize(("capacity", "most"), [(1000, 50), (100, 5), (20, 4), (5, 2), (2, 1)])
def test_the_limit_follows_the_capacity(capacity, most):
    room = make_automatic(capacity=capacity)
    for _ in range(most):
        assert walk_in_from(room)
    with pytest.raises(TooManyFromAddress):
        walk_in_from(room)


def test_an_ipv6_subscriber_is_one_household():
    room = make_automatic(capacity=20)
    for number in range(4):
        assert walk_in_from(room, f"2001:db8:0:1::{number}")
    with pytest.raises(TooManyFromAddress):
        walk_in_from(room, "2001:db8:0:1:ffff::1")
    assert walk_in_from(room, "2001:db8:0:2::1")


def test_an_expired_pass_does_not_count_and_its_household_is_erased():
    room = make_automatic(capacity=20)
    for number in range(4):
        walk_in_from(room, visitor=f"visitor-{number}")
    assert HOME not in Pass.objects.values_list("household", flat=True)
    passes.end_pass(performance_id=room.pk, visitor="visitor-0")
    assert Pass.objects.get(visitor="visitor-0").household == ""
    assert walk_in_from(room)
    pass_time(room, minutes=11)
    assert walk_in_from(room)
    erase_households()
    assert list(Pass.objects.exclude(household="")) == list(Pass.objects.valid())


@pytest.mark.parametrize("by", ["settings", "room"])
def test_shared_networks_have_a_hundred_times_the_limit(settings, by):
    networks = "203.0.113.0/24"
    set_organisation(shared_networks=networks if by == "settings" else "")
    room = make_automatic(capacity=20, shared_networks=networks if by == "room" else "")
    assert all(walk_in_from(room) for _ in range(20))
    assert not walk_in_from(room)


def test_a_setting_disables_it(settings):
    set_organisation(household_limit_percent=100)
    room = make_automatic(capacity=20)
    assert all(walk_in_from(room) for _ in range(20))


def test_concurrent_requests_of_a_household_get_no_more():
    room = make_automatic(capacity=40)
    outcomes = race(*[lambda: walk_in_from(room) for _ in range(20)])
    assert len(winners(outcomes)) == 4
    assert len(losers(outcomes, TooManyFromAddress)) == 16


def test_without_the_lock_a_household_exceeds_its_limit(monkeypatch):
    """The control: the race is real, and the lock prevents it."""
    room = make_automatic(capacity=40)
    for _ in range(3):
        walk_in_from(room)

    def read_without_locking(performance_id):
        return WaitingRoom.objects.get(pk=performance_id), timezone.now()

    monkeypatch.setattr(entry, "_lock_room", read_without_locking)
    meet_after(monkeypatch, entry, "_check_household", 2)
    outcomes = race(*[lambda: walk_in_from(room) for _ in range(2)])
    assert winners(outcomes) == [True, True]
    assert Pass.objects.valid().count() == 5
