"""Passes: who gets one, and that there are never more than there is room for."""

import pytest

from core.testing.races import losers, race, winners
from shows.tests.factories import make_user
from waitingroom import passes
from waitingroom.controls import close, pause, resume
from waitingroom.entry import enter
from waitingroom.exceptions import (
    AlreadyInside,
    BadPlace,
    NotYourTurn,
    PassNeeded,
    QueueClosed,
    Refused,
    RoomFull,
)
from waitingroom.models import Lane, Pass, WaitingRoom
from waitingroom.queue_tokens import read_token, sign_token
from waitingroom.rooms import room_of

from .factories import lane_of, make_place, make_room, pass_time, tick

pytestmark = pytest.mark.django_db(transaction=True)


def test_whoever_is_called_goes_in_and_may_hold_places():
    room = make_room()
    visitor, place = make_place(room)
    with pytest.raises(PassNeeded):
        passes.check(performance_id=room.pk, visitor=visitor)
    with pytest.raises(NotYourTurn):
        enter(place=place, visitor=visitor)
    assert tick(room).called == {lane_of(room).pk: 1}
    enter(place=place, visitor=visitor)
    passes.check(performance_id=room.pk, visitor=visitor)


def test_a_pass_counts_for_its_own_performance_alone():
    room, other = make_room(), make_room()
    visitor, place = make_place(room)
    tick(room)
    enter(place=place, visitor=visitor)
    with pytest.raises(PassNeeded):
        passes.check(performance_id=other.pk, visitor=visitor)
    with pytest.raises(BadPlace):
        read_token(sign_token(place), performance_id=other.pk, visitor=visitor)


def test_a_pass_ends():
    room = make_room(pass_minutes=10)
    visitor, place = make_place(room)
    tick(room)
    enter(place=place, visitor=visitor)
    pass_time(room, minutes=11)
    with pytest.raises(PassNeeded):
        passes.check(performance_id=room.pk, visitor=visitor)
    with pytest.raises(BadPlace):
        enter(place=place, visitor=visitor)


def test_going_in_twice_gives_the_same_pass():
    room = make_room()
    visitor, place = make_place(room)
    tick(room)
    first = enter(place=place, visitor=visitor)
    assert enter(place=place, visitor=visitor).expires_at == first.expires_at
    assert Pass.objects.count() == 1


def test_a_place_that_was_used_and_given_back_counts_no_more():
    room = make_room()
    visitor, place = make_place(room)
    tick(room)
    enter(place=place, visitor=visitor)
    passes.give_back(performance_id=room.pk, visitor=visitor)
    with pytest.raises(BadPlace):
        enter(place=place, visitor=visitor)


def test_a_pass_that_is_given_back_lets_the_next_one_in():
    room = make_room(capacity=1)
    (alice, first), (bob, second) = make_place(room), make_place(room)
    tick(room)
    enter(place=first, visitor=alice)
    assert tick(room).called == {}
    passes.give_back(performance_id=room.pk, visitor=alice)
    tick(room)
    enter(place=second, visitor=bob)
    passes.check(performance_id=room.pk, visitor=bob)


def test_a_basket_that_is_given_up_shortens_the_pass():
    room = make_room(pass_minutes=10)
    visitor, place = make_place(room)
    tick(room)
    enter(place=place, visitor=visitor)
    passes.shorten(performance_id=room.pk, visitor=visitor)
    passes.check(performance_id=room.pk, visitor=visitor)
    pass_time(room, minutes=3)
    with pytest.raises(PassNeeded):
        passes.check(performance_id=room.pk, visitor=visitor)


def test_those_who_were_called_but_come_too_late_have_to_join_again():
    room = make_room()
    visitor, place = make_place(room)
    tick(room)
    pass_time(room, minutes=5)
    enter(place=place, visitor=visitor)  # A laptop closed for five minutes.
    other, late = make_place(room)
    tick(room)
    pass_time(room, minutes=31)
    with pytest.raises(BadPlace):
        enter(place=late, visitor=other)


def test_there_are_never_more_passes_than_room():
    room = make_room(capacity=5)
    places = [make_place(room) for _ in range(12)]
    Lane.objects.update(serving=12)  # However that came about.
    from waitingroom.models import Call

    Call.objects.create(lane=lane_of(room), upto=12, size=12)
    outcomes = race(
        *(lambda v=visitor, p=place: enter(place=p, visitor=v) for visitor, place in places)
    )
    assert len(winners(outcomes)) == 5
    assert len(losers(outcomes, RoomFull)) == 7
    assert Pass.objects.valid().count() == 5


def test_one_place_used_in_many_tabs_at_once_is_one_pass():
    room = make_room(capacity=5)
    visitor, place = make_place(room)
    tick(room)
    outcomes = race(*[lambda: enter(place=place, visitor=visitor)] * 8)
    assert losers(outcomes, Refused) == []
    assert len({outcome.result.pk for outcome in outcomes}) == 1
    assert Pass.objects.count() == 1


def test_an_account_is_in_once_whatever_the_number_of_its_browsers():
    room, user = make_room(), make_user()
    (desk, one), (phone, two) = make_place(room, user=user), make_place(room, user=user)
    tick(room)
    enter(place=one, visitor=desk, user=user)
    with pytest.raises(AlreadyInside):
        enter(place=two, visitor=phone, user=user)


def test_nobody_goes_in_while_it_is_paused_or_closed():
    room = make_room()
    visitor, place = make_place(room)
    tick(room)
    pause(room=room)
    with pytest.raises(NotYourTurn):
        enter(place=place, visitor=visitor)
    resume(room=room)
    close(room=room)
    with pytest.raises(QueueClosed):
        enter(place=place, visitor=visitor)


def test_in_automatic_mode_nobody_queues_until_it_is_full():
    room = make_room(mode=WaitingRoom.Mode.AUTOMATIC, capacity=2)
    for visitor in ("alice", "bob"):
        passes.check(performance_id=room.pk, visitor=visitor)
    with pytest.raises(PassNeeded):
        passes.check(performance_id=room.pk, visitor="carol")
    carol, place = make_place(room, visitor="carol")
    tick(room)
    with pytest.raises(PassNeeded):
        passes.check(performance_id=room.pk, visitor="dave")
    assert room_of(room.pk, fresh=True).is_active
    passes.give_back(performance_id=room.pk, visitor="alice")
    tick(room)
    enter(place=place, visitor=carol)
    assert not room_of(room.pk, fresh=True).is_active


@pytest.mark.usefixtures("terms_stay")
def test_where_there_is_no_room_it_asks_nothing(django_assert_num_queries):
    room = make_room(mode=WaitingRoom.Mode.OFF, gathering=True)
    passes.check(performance_id=room.pk, visitor="alice")
    with django_assert_num_queries(0):
        passes.check(performance_id=room.pk, visitor="alice")


@pytest.mark.usefixtures("terms_stay")
def test_with_a_room_it_asks_one_question(django_assert_num_queries):
    room = make_room()
    visitor, place = make_place(room)
    tick(room)
    enter(place=place, visitor=visitor)
    passes.check(performance_id=room.pk, visitor=visitor)
    with django_assert_num_queries(1):
        passes.check(performance_id=room.pk, visitor=visitor)
