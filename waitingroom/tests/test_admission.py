"""Calling people in: no more than there is room for, in order, and on and on."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache
from django.db import connections
from django.db.models import F
from django.utils import timezone

from core.shared_cache import clear_shared_cache
from waitingroom import pacing, sequence
from waitingroom.admission import admit, admit_everywhere
from waitingroom.controls import pause, resume
from waitingroom.entry import enter
from waitingroom.exceptions import RoomFull
from waitingroom.models import Call, Lane, Pass
from waitingroom.pacing import Health, measured, note_hold, paced
from waitingroom.queue_status import queue_status_of
from waitingroom.rooms import forget_rooms

from .factories import lane_of, make_place, make_room, pass_time, ring, tick

pytestmark = pytest.mark.django_db(transaction=True)


def join_many(room, number, **more):
    return [make_place(room, **more) for _ in range(number)]


def called(room):
    return sum(tick(room).called.values())


def test_it_calls_as_many_as_there_is_room_for():
    room = make_room(capacity=3)
    join_many(room, 10)
    assert [called(room) for _ in range(3)] == [3, 0, 0]


def test_it_calls_in_the_order_of_the_queue():
    room = make_room(capacity=2)
    places = join_many(room, 6)
    for expected in (2, 4, 6):
        tick(room)
        lane = lane_of(room)
        inside = [p for p in places if p[1].position_in(room, lane) <= lane.serving]
        assert inside == places[:expected]
        for visitor, place in places[expected - 2 : expected]:
            enter(place=place, visitor=visitor)
        Pass.objects.filter(performance_id=room.pk).update(expires_at=timezone.now())


def test_those_who_do_not_come_are_not_waited_for_for_ever():
    room = make_room(capacity=2)
    join_many(room, 10)
    assert called(room) == 2
    pass_time(room, seconds=40)
    assert called(room) >= 2


def test_when_few_come_more_are_called_but_no_more_are_let_in():
    room = make_room(capacity=4)
    places = join_many(room, 60)
    for _ in range(6):
        tick(room)
        pass_time(room, seconds=35)
    room.refresh_from_db()
    lane = lane_of(room)
    assert room.show_rate < 0.5
    assert lane.serving > 8
    got_in, waiting = 0, 0
    for visitor, place in places[: lane.serving]:
        try:
            enter(place=place, visitor=visitor)
            got_in += 1
        except RoomFull:
            waiting += 1
    assert got_in == 4 and waiting == lane.serving - 4


def test_it_is_one_tick_however_many_ask_for_it():
    room = make_room(capacity=5)
    join_many(room, 50)

    def ask(_number):
        try:
            return admit(room.pk)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(ask, range(12)))
    assert lane_of(room).serving == 5
    assert Call.objects.count() == 1


def test_pages_move_the_queue_on_without_any_worker():
    room = make_room(capacity=5)
    join_many(room, 50)
    queue_status_of(room.pk)
    assert lane_of(room).serving == 5


def test_the_task_moves_every_queue_on():
    rooms = [make_room(capacity=5) for _ in range(2)]
    for room in rooms:
        join_many(room, 7)
    admit_everywhere()
    assert [lane_of(room).serving for room in rooms] == [5, 5]


def test_nobody_is_called_before_the_opening():
    room = make_room(gathering=True, capacity=5)
    join_many(room, 7)
    assert called(room) == 0
    ring(room)
    assert called(room) == 5


def test_a_pause_calls_nobody_and_changes_no_order():
    room = make_room(capacity=2)
    places = join_many(room, 6)
    lane = lane_of(room)
    before = [place.position_in(room, lane) for _visitor, place in places]
    pause(room=room)
    assert [called(room) for _ in range(3)] == [0, 0, 0]
    resume(room=room)
    assert called(room) == 2
    room.refresh_from_db()
    assert [place.position_in(room, lane_of(room)) for _visitor, place in places] == before


def test_lanes_share_by_weight_and_none_starves():
    room = make_room(capacity=10, lanes=[("VIP", 4, "velvet-rope")])
    for lane in room.lanes.all():
        _pretend(lane, waiting=100_000)
    for _ in range(100):
        tick(room)
        pass_time(room, seconds=31)  # Nobody comes; others are called instead.
    vip, regular = lane_of(room, "VIP"), lane_of(room)
    assert vip.serving / regular.serving == pytest.approx(4, rel=0.05)


@pytest.mark.parametrize("trouble", ["restart", "flush", "both"])
def test_a_restart_or_a_flush_in_the_middle_changes_nobodys_order(trouble):
    room = make_room(gathering=True, capacity=5)
    places = join_many(room, 30)
    ring(room)
    places += join_many(room, 10)
    tick(room)
    lane = lane_of(room)
    before = [place.position_in(room, lane) for _visitor, place in places]
    if trouble != "restart":
        sequence._client().flushdb()
    if trouble != "flush":
        # What a process knows is gone with it.
        sequence._clients.clear()
        forget_rooms()
        clear_shared_cache()
    late = join_many(room, 10)
    tick(room)
    room.refresh_from_db()
    lane = lane_of(room)
    assert [place.position_in(room, lane) for _visitor, place in places] == before
    behind = [place.position_in(room, lane) for _visitor, place in late]
    assert behind == sorted(behind) and behind[0] > max(before)


def test_with_redis_away_the_queue_goes_on(redis_away):
    room = make_room(gathering=True, capacity=5)
    join_many(room, 4)
    ring(room)
    join_many(room, 6)
    lane = lane_of(room)
    assert called(room) == 5
    assert queue_status_of(room.pk).told["lanes"][str(lane.pk)]["serving"] == 5


def test_a_slow_sale_lets_fewer_in_and_a_quick_one_more_again():
    room = make_room(capacity=100)
    for _ in range(10):
        note_hold(room.pk, 2.0)
    tick(room)
    room.refresh_from_db()
    assert room.room_for == 80
    for _ in range(20):
        tick(room)
    room.refresh_from_db()
    assert room.room_for == 100


def test_the_pace_has_bounds_and_few_measurements_prove_nothing():
    pace = 1.0
    for _ in range(50):
        pace = paced(pace, Health(20, 3.0))
    assert pace == pacing.LEAST
    assert paced(0.5, Health(2, 9.0)) > 0.5
    cache.clear()
    assert measured(1) == Health()


def test_100_000_visitors_go_in_by_the_same_code_in_order():
    """A simulation: every call is a real tick, and whoever is called buys at once and goes."""
    room = make_room(capacity=2000, lanes=[("VIP", 3, "velvet-rope")])
    for lane in room.lanes.all():
        _pretend(lane, waiting=50_000)
    ticks = 0
    while any(lane.serving < 50_000 for lane in room.lanes.all()):
        admitted = tick(room, seconds=31)
        assert sum(admitted.called.values()) <= 2000
        Call.objects.filter(lane__room=room).update(came=F("size"))
        ticks += 1
        assert ticks < 100
    assert [lane.serving for lane in room.lanes.all()] == [50_000, 50_000]
    sizes = Call.objects.filter(lane__room=room).values_list("size", flat=True)
    assert sum(sizes) == 100_000


def _pretend(lane, *, waiting):
    """As if that many had joined."""
    Lane.objects.filter(pk=lane.pk).update(
        seen=lane.late_from + waiting,
        issued_to=lane.late_from + waiting,
        generation=lane.generation + 1,
    )
