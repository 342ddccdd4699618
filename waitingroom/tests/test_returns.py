"""Latecomers: what is kept for those who missed their turn, or whose time ended."""

from datetime import timedelta

import pytest

from core.testing.races import race, winners
from waitingroom import passes
from waitingroom.admission import admit
from waitingroom.entry import enter
from waitingroom.exceptions import AlreadyExtended, InvalidQueueToken, NotYourTurn, PassRequired
from waitingroom.joining import join, turn_of
from waitingroom.models import Lane, Pass
from waitingroom.returns import RETURN_WITHIN
from waitingroom.rooms import cached_room

from .factories import advance, join_queue, lane_of, make_room, pass_time

pytestmark = pytest.mark.django_db(transaction=True)


def turn(room, visitor, token):
    return turn_of(token, visitor, cached_room(room.pk, fresh=True))


def rejoin(room, visitor, token):
    return join(performance_id=room.pk, visitor=visitor, token=token)


def session_that_ended(room, **fields):
    """Return a visitor and the token of a session that ended a minute ago."""
    visitor, token = join_queue(room)
    advance(room)
    enter(token=token, visitor=visitor)
    pass_time(room, minutes=room.pass_minutes + 1)
    return visitor, token


def test_the_session_begins_when_the_visitor_comes_not_when_they_are_called():
    room = make_room(pass_minutes=10)
    visitor, token = join_queue(room)
    advance(room)
    pass_time(room, minutes=25)
    assert turn(room, visitor, token) is None
    given = enter(token=token, visitor=visitor)
    assert given.expires_at - given.entered_at == timedelta(minutes=10)


def test_a_missed_turn_returns_ahead_of_those_who_join_later():
    room = make_room(capacity=1)
    visitor, token = join_queue(room)
    advance(room)
    pass_time(room, minutes=31)
    missed = turn(room, visitor, token)
    assert not missed.was_in_sale
    assert missed.return_until - missed.ended_at == RETURN_WITHIN
    people = {"waited": [join_queue(room) for _ in range(3)]}
    people["returned"] = [(visitor, rejoin(room, visitor, token))]
    people["later"] = [join_queue(room)]
    order = order_of(room, people)
    assert sorted(order[:2]) == ["returned", "waited"]
    assert order[2:] == ["waited", "waited", "later"]


def order_of(room, people):
    """Return who is called one after the other, by kind; each buys at once."""
    order, left = [], {kind: list(group) for kind, group in people.items()}
    while any(left.values()):
        advance(room)
        for kind, group in left.items():
            for visitor, token in [one for one in group if is_called(room, one[1])]:
                enter(token=token, visitor=visitor)
                passes.end_pass(performance_id=room.pk, visitor=visitor)
                group.remove((visitor, token))
                order.append(kind)
    return order


def is_called(room, token):
    lane = Lane.objects.get(pk=token.lane_id)
    room.refresh_from_db()
    return token.position_in(room, lane) <= lane.serving


def test_those_who_wait_are_passed_by_one_returning_visitor_at_a_time():
    room = make_room(capacity=1)
    late = [session_that_ended(room) for _ in range(4)]
    waited = [join_queue(room) for _ in range(4)]
    returned = [(visitor, rejoin(room, visitor, token)) for visitor, token in late]
    order = order_of(room, {"waited": waited, "returned": returned})
    for turns in range(2, 9, 2):
        assert order[:turns].count("returned") == turns / 2


def test_a_session_that_ended_returns_once():
    room = make_room()
    visitor, token = session_that_ended(room)
    back = rejoin(room, visitor, token)
    assert Lane.objects.get(pk=back.lane_id).returns_to == lane_of(room)
    advance(room)
    enter(token=back, visitor=visitor)
    pass_time(room, minutes=room.pass_minutes + 1)
    assert turn(room, visitor, back).return_until is None
    again = rejoin(room, visitor, back)
    assert again.lane_id == lane_of(room).pk
    advance(room)
    enter(token=again, visitor=visitor)
    pass_time(room, minutes=room.pass_minutes + 1)
    assert turn(room, visitor, again).return_until is None


def test_the_token_of_a_session_that_ended_leads_to_one_place_only():
    room = make_room()
    visitor, token = session_that_ended(room)
    backs = winners(race(*[lambda: rejoin(room, visitor, token)] * 6))
    assert len(set(backs)) == 1
    assert Lane.objects.filter(returns_to=lane_of(room)).count() == 1
    advance(room)
    enter(token=backs[0], visitor=visitor)
    passes.end_pass(performance_id=room.pk, visitor=visitor)
    # Copies of the old tokens are worth nothing more.
    for old in (token, backs[0]):
        with pytest.raises(InvalidQueueToken):
            enter(token=old, visitor=visitor)
        assert turn(room, visitor, old).return_until is None
    last = rejoin(room, visitor, token)
    assert last.lane_id == lane_of(room).pk
    advance(room)
    enter(token=last, visitor=visitor)
    passes.end_pass(performance_id=room.pk, visitor=visitor)
    for old in (token, backs[0]):
        with pytest.raises(InvalidQueueToken):
            enter(token=old, visitor=visitor)


@pytest.mark.parametrize("late", [RETURN_WITHIN, RETURN_WITHIN + timedelta(minutes=2)])
def test_whoever_comes_too_late_joins_at_the_end(late):
    room = make_room()
    visitor, token = session_that_ended(room)
    pass_time(room, seconds=late.total_seconds())
    waiting, last = join_queue(room)
    assert turn(room, visitor, token).return_until is None
    back = rejoin(room, visitor, token)
    assert (back.lane_id, back.number > last.number) == (lane_of(room).pk, True)


def test_whoever_has_bought_or_left_joins_at_the_end():
    room = make_room()
    visitor, token = join_queue(room)
    advance(room)
    enter(token=token, visitor=visitor)
    passes.end_pass(performance_id=room.pk, visitor=visitor)
    assert turn(room, visitor, token).return_until is None
    assert rejoin(room, visitor, token).lane_id == lane_of(room).pk


def test_a_waiting_visitor_keeps_the_token_and_has_no_ended_turn():
    room = make_room(capacity=1)
    join_queue(room)
    visitor, token = join_queue(room)
    advance(room)
    assert turn(room, visitor, token) is None
    assert rejoin(room, visitor, token) == token
    with pytest.raises(NotYourTurn):
        enter(token=token, visitor=visitor)


def test_nobody_joins_the_lane_for_returning_without_a_turn_that_ended():
    room = make_room()
    visitor, token = session_that_ended(room)
    rejoin(room, visitor, token)
    _other, first = join_queue(room)
    assert first.lane_id == lane_of(room).pk


def test_returning_visitors_are_as_urgent_as_their_lane():
    room = make_room(lanes=[("Members", 4, "encore")])
    visitor, token = join_queue(room, code="encore")
    advance(room)
    enter(token=token, visitor=visitor)
    pass_time(room, minutes=11)
    back = rejoin(room, visitor, token)
    lane = Lane.objects.get(pk=back.lane_id)
    assert (lane.returns_to.name, lane.weight) == ("Members", 4)


def test_a_session_is_extended_once_and_by_one_of_several_requests():
    room = make_room(pass_minutes=10)
    visitor, token = join_queue(room)
    advance(room)
    before = enter(token=token, visitor=visitor).expires_at

    def extend():
        passes.extend(performance_id=room.pk, visitor=visitor)

    outcomes = race(*[extend] * 6)
    assert len([one for one in outcomes if one.error is None]) == 1
    assert Pass.objects.get().expires_at - before == timedelta(minutes=5)
    with pytest.raises(AlreadyExtended):
        extend()
    pass_time(room, minutes=16)
    with pytest.raises(PassRequired):
        extend()


def test_admission_still_counts_an_extended_session():
    room = make_room(capacity=1, pass_minutes=10)
    visitor, token = join_queue(room)
    join_queue(room)
    advance(room)
    enter(token=token, visitor=visitor)
    passes.extend(performance_id=room.pk, visitor=visitor)
    pass_time(room, minutes=12)
    assert admit(room.pk).admitted == {}
    pass_time(room, minutes=4)
    assert admit(room.pk).admitted == {lane_of(room).pk: 1}
