"""Passes: who gets one, and that they never exceed the capacity."""

import pytest

from core.exceptions import Refused
from core.testing.races import losers, race, winners
from shows.tests.factories import make_user
from waitingroom import passes
from waitingroom.controls import close, pause, resume
from waitingroom.entry import enter
from waitingroom.exceptions import (
    AlreadyAdmitted,
    InvalidQueueToken,
    NotYourTurn,
    PassRequired,
    QueueClosed,
    SaleFull,
)
from waitingroom.models import Lane, Pass, WaitingRoom
from waitingroom.queue_tokens import read_token, sign_token
from waitingroom.rooms import cached_room

from .factories import advance, join_queue, lane_of, make_room, pass_time

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_admitted_visitor_enters_and_may_hold_places():
    room = make_room()
    visitor, place = join_queue(room)
    with pytest.raises(PassRequired):
        passes.check(performance_id=room.pk, visitor=visitor)
    with pytest.raises(NotYourTurn):
        enter(token=place, visitor=visitor)
    assert advance(room).admitted == {lane_of(room).pk: 1}
    enter(token=place, visitor=visitor)
    passes.check(performance_id=room.pk, visitor=visitor)


def test_a_pass_is_valid_for_its_performance_only():
    room, other = make_room(), make_room()
    visitor, place = join_queue(room)
    advance(room)
    enter(token=place, visitor=visitor)
    with pytest.raises(PassRequired):
        passes.check(performance_id=other.pk, visitor=visitor)
    with pytest.raises(InvalidQueueToken):
        read_token(sign_token(place), performance_id=other.pk, visitor=visitor)


def test_a_pass_expires():
    room = make_room(pass_minutes=10)
    visitor, place = join_queue(room)
    advance(room)
    enter(token=place, visitor=visitor)
    pass_time(room, minutes=11)
    with pytest.raises(PassRequired):
        passes.check(performance_id=room.pk, visitor=visitor)
    with pytest.raises(InvalidQueueToken):
        enter(token=place, visitor=visitor)


def test_entering_twice_gives_the_same_pass():
    room = make_room()
    visitor, place = join_queue(room)
    advance(room)
    first = enter(token=place, visitor=visitor)
    assert enter(token=place, visitor=visitor).expires_at == first.expires_at
    assert Pass.objects.count() == 1


def test_a_used_token_is_invalid_once_its_pass_has_ended():
    room = make_room()
    visitor, place = join_queue(room)
    advance(room)
    enter(token=place, visitor=visitor)
    passes.end_pass(performance_id=room.pk, visitor=visitor)
    with pytest.raises(InvalidQueueToken):
        enter(token=place, visitor=visitor)


def test_ending_a_pass_admits_the_next_visitor():
    room = make_room(capacity=1)
    (alice, first), (bob, second) = join_queue(room), join_queue(room)
    advance(room)
    enter(token=first, visitor=alice)
    assert advance(room).admitted == {}
    passes.end_pass(performance_id=room.pk, visitor=alice)
    advance(room)
    enter(token=second, visitor=bob)
    passes.check(performance_id=room.pk, visitor=bob)


def test_releasing_the_basket_shortens_the_pass():
    room = make_room(pass_minutes=10)
    visitor, place = join_queue(room)
    advance(room)
    enter(token=place, visitor=visitor)
    passes.shorten(performance_id=room.pk, visitor=visitor)
    passes.check(performance_id=room.pk, visitor=visitor)
    pass_time(room, minutes=3)
    with pytest.raises(PassRequired):
        passes.check(performance_id=room.pk, visitor=visitor)


def test_visitors_who_enter_too_late_must_join_again():
    room = make_room()
    visitor, place = join_queue(room)
    advance(room)
    pass_time(room, minutes=5)
    enter(token=place, visitor=visitor)  # A laptop closed for five minutes.
    other, late = join_queue(room)
    advance(room)
    pass_time(room, minutes=31)
    with pytest.raises(InvalidQueueToken):
        enter(token=late, visitor=other)


def test_passes_never_exceed_the_capacity():
    room = make_room(capacity=5)
    places = [join_queue(room) for _ in range(12)]
    Lane.objects.update(serving=12)  # However that happened.
    from waitingroom.models import AdmissionBatch

    AdmissionBatch.objects.create(lane=lane_of(room), up_to=12, size=12)
    outcomes = race(
        *(lambda v=visitor, p=place: enter(token=p, visitor=v) for visitor, place in places)
    )
    assert len(winners(outcomes)) == 5
    assert len(losers(outcomes, SaleFull)) == 7
    assert Pass.objects.valid().count() == 5


def test_one_token_used_concurrently_is_one_pass():
    room = make_room(capacity=5)
    visitor, place = join_queue(room)
    advance(room)
    outcomes = race(*[lambda: enter(token=place, visitor=visitor)] * 8)
    assert losers(outcomes, Refused) == []
    assert len({outcome.result.pk for outcome in outcomes}) == 1
    assert Pass.objects.count() == 1


def test_an_account_enters_once_on_all_its_devices():
    room, user = make_room(), make_user()
    (desk, one), (phone, two) = join_queue(room, user=user), join_queue(room, user=user)
    advance(room)
    enter(token=one, visitor=desk, user=user)
    with pytest.raises(AlreadyAdmitted):
        enter(token=two, visitor=phone, user=user)


def test_nobody_enters_while_it_is_paused_or_closed():
    room = make_room()
    visitor, place = join_queue(room)
    advance(room)
    pause(room=room)
    with pytest.raises(NotYourTurn):
        enter(token=place, visitor=visitor)
    resume(room=room)
    close(room=room)
    with pytest.raises(QueueClosed):
        enter(token=place, visitor=visitor)


def test_in_automatic_mode_nobody_queues_until_it_is_full():
    room = make_room(mode=WaitingRoom.Mode.AUTOMATIC, capacity=2)
    for visitor in ("alice", "bob"):
        passes.check(performance_id=room.pk, visitor=visitor)
    with pytest.raises(PassRequired):
        passes.check(performance_id=room.pk, visitor="carol")
    carol, place = join_queue(room, visitor="carol")
    advance(room)
    with pytest.raises(PassRequired):
        passes.check(performance_id=room.pk, visitor="dave")
    assert cached_room(room.pk, fresh=True).is_active
    passes.end_pass(performance_id=room.pk, visitor="alice")
    advance(room)
    enter(token=place, visitor=carol)
    assert not cached_room(room.pk, fresh=True).is_active


@pytest.mark.usefixtures("keep_caches")
def test_without_a_waiting_room_it_makes_no_query(django_assert_num_queries):
    room = make_room(mode=WaitingRoom.Mode.OFF, gathering=True)
    passes.check(performance_id=room.pk, visitor="alice")
    with django_assert_num_queries(0):
        passes.check(performance_id=room.pk, visitor="alice")


@pytest.mark.usefixtures("keep_caches")
def test_with_a_waiting_room_it_makes_one_query(django_assert_num_queries):
    room = make_room()
    visitor, place = join_queue(room)
    advance(room)
    enter(token=place, visitor=visitor)
    passes.check(performance_id=room.pk, visitor=visitor)
    with django_assert_num_queries(1):
        passes.check(performance_id=room.pk, visitor=visitor)
