"""Admission: no more than the capacity, in order, and regularly."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

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
from waitingroom.exceptions import SaleFull
from waitingroom.models import AdmissionBatch, Lane, Pass, WaitingRoom
from waitingroom.pacing import Health, consume, measured, next_share, record_hold
from waitingroom.queue_status import queue_status_of
from waitingroom.rooms import clear_room_cache

from .factories import advance, join_queue, lane_of, make_room, open_due, pass_time

pytestmark = pytest.mark.django_db(transaction=True)


def join_many(room, number, **more):
    return [join_queue(room, **more) for _ in range(number)]


def admitted_count(room):
    return sum(advance(room).admitted.values())


def test_it_admits_as_many_as_there_is_capacity_for():
    room = make_room(capacity=3)
    join_many(room, 10)
    assert [admitted_count(room) for _ in range(3)] == [3, 0, 0]


def test_it_admits_in_the_order_of_the_queue():
    room = make_room(capacity=2)
    places = join_many(room, 6)
    for expected in (2, 4, 6):
        advance(room)
        lane = lane_of(room)
        inside = [p for p in places if p[1].position_in(room, lane) <= lane.serving]
        assert inside == places[:expected]
        for visitor, place in places[expected - 2 : expected]:
            enter(token=place, visitor=visitor)
        Pass.objects.filter(performance_id=room.pk).update(expires_at=timezone.now())


def test_visitors_who_do_not_arrive_are_replaced():
    room = make_room(capacity=2)
    join_many(room, 10)
    assert admitted_count(room) == 2
    pass_time(room, seconds=40)
    assert admitted_count(room) >= 2


def test_with_a_low_show_up_rate_more_are_admitted_but_capacity_is_never_exceeded():
    room = make_room(capacity=4)
    places = join_many(room, 60)
    for _ in range(6):
        advance(room)
        pass_time(room, seconds=35)
    room.refresh_from_db()
    lane = lane_of(room)
    assert room.show_up_rate < 0.5
    assert lane.serving > 8
    got_in, waiting = 0, 0
    for visitor, place in places[: lane.serving]:
        try:
            enter(token=place, visitor=visitor)
            got_in += 1
        except SaleFull:
            waiting += 1
    assert got_in == 4 and waiting == lane.serving - 4


def test_concurrent_calls_make_one_run():
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
    assert AdmissionBatch.objects.count() == 1


def test_building_pages_processes_the_queue_without_a_worker():
    room = make_room(capacity=5)
    join_many(room, 50)
    queue_status_of(room.pk)
    assert lane_of(room).serving == 5


def test_the_task_processes_every_queue():
    rooms = [make_room(capacity=5) for _ in range(2)]
    for room in rooms:
        join_many(room, 7)
    admit_everywhere()
    assert [lane_of(room).serving for room in rooms] == [5, 5]


def test_nobody_is_admitted_before_the_opening():
    room = make_room(gathering=True, capacity=5)
    join_many(room, 7)
    assert admitted_count(room) == 0
    open_due(room)
    assert admitted_count(room) == 5


def test_a_pause_admits_nobody_and_keeps_the_order():
    room = make_room(capacity=2)
    places = join_many(room, 6)
    lane = lane_of(room)
    before = [place.position_in(room, lane) for _visitor, place in places]
    pause(room=room)
    assert [admitted_count(room) for _ in range(3)] == [0, 0, 0]
    resume(room=room)
    assert admitted_count(room) == 2
    room.refresh_from_db()
    assert [place.position_in(room, lane_of(room)) for _visitor, place in places] == before


def test_lanes_share_by_weight_and_none_starves():
    room = make_room(capacity=10, lanes=[("VIP", 4, "velvet-rope")])
    for lane in room.lanes.all():
        _set_joined(lane, waiting=100_000)
    for _ in range(50):
        advance(room)
        pass_time(room, seconds=31)  # Nobody arrives, so others are admitted.
    vip, regular = lane_of(room, "VIP"), lane_of(room)
    assert vip.serving / regular.serving == pytest.approx(4, rel=0.05)


def test_a_strict_queue_admits_every_vip_before_anyone_else():
    room = make_room(
        capacity=10,
        lanes=[("VIP", 4, "velvet-rope"), ("Members", 2, "blue-note")],
        lane_policy=WaitingRoom.LanePolicy.STRICT,
    )
    for name, waiting in [("Regular", 100), ("Members", 15), ("VIP", 15)]:
        _set_joined(lane_of(room, name), waiting=waiting)
    admitted = []
    for _ in range(4):
        advance(room)
        admitted.append([lane_of(room, name).serving for name in ("VIP", "Members", "Regular")])
        AdmissionBatch.objects.all().update(arrived=F("size"))
        pass_time(room, seconds=31)
    assert admitted == [[10, 0, 0], [15, 5, 0], [15, 15, 0], [15, 15, 10]]


def test_a_discarded_run_leaves_the_measurements_for_the_next_one():
    room = make_room(capacity=100)
    advance(room)
    for _ in range(10):
        record_hold(room.pk, 2.0)
    assert admit(room.pk).admitted == {}  # Too soon after the last run.
    assert measured(room.pk) == Health(10, 20_000)
    advance(room)
    room.refresh_from_db()
    assert room.current_capacity == 80
    assert measured(room.pk) == Health()


def test_holds_that_are_recorded_during_a_run_count_for_the_next_one():
    for _ in range(6):
        record_hold(7, 2.0)
    health = measured(7)
    record_hold(7, 3.0)
    consume(7, health)
    assert measured(7) == Health(1, 3000)


@pytest.mark.parametrize(("rate", "seconds", "each"), [(7, 60, 1), (60, 20, 0.5), (90, 20, 0.5)])
def test_a_slow_rate_is_kept_exactly_and_runs_are_recorded_when_they_happen(rate, seconds, each):
    room = make_room(capacity=1000, rate=rate)
    join_many(room, 80)
    admitted, began = 0, time.monotonic()
    for _ in range(int(seconds / each)):
        before = timezone.now()
        admitted += sum(advance(room, seconds=each).admitted.values())
        room.refresh_from_db()
        assert room.processed_at >= before - timedelta(seconds=0.1)
    passed = seconds + time.monotonic() - began
    assert admitted == pytest.approx(rate * passed / 60, abs=2)


def test_a_slow_rate_does_not_make_runs_more_frequent_than_allowed():
    room = make_room(capacity=1000, rate=1)
    join_many(room, 5)
    advance(room, seconds=30)
    processed_at = WaitingRoom.objects.get().processed_at
    admit(room.pk)
    assert WaitingRoom.objects.get().processed_at == processed_at


@pytest.mark.parametrize("trouble", ["restart", "flush", "both"])
def test_a_restart_or_a_flush_changes_nobodys_position(trouble):
    room = make_room(gathering=True, capacity=5)
    places = join_many(room, 30)
    open_due(room)
    places += join_many(room, 10)
    advance(room)
    lane = lane_of(room)
    before = [place.position_in(room, lane) for _visitor, place in places]
    if trouble != "restart":
        sequence._client().flushdb()
    if trouble != "flush":
        # The caches of a process are lost with it.
        sequence._clients.clear()
        clear_room_cache()
        clear_shared_cache()
    late = join_many(room, 10)
    advance(room)
    room.refresh_from_db()
    lane = lane_of(room)
    assert [place.position_in(room, lane) for _visitor, place in places] == before
    behind = [place.position_in(room, lane) for _visitor, place in late]
    assert behind == sorted(behind) and behind[0] > max(before)


def test_the_queue_works_without_redis(redis_unavailable):
    room = make_room(gathering=True, capacity=5)
    join_many(room, 4)
    open_due(room)
    join_many(room, 6)
    lane = lane_of(room)
    assert admitted_count(room) == 5
    assert queue_status_of(room.pk).data["lanes"][str(lane.pk)]["serving"] == 5


def test_a_slow_sale_admits_fewer_and_a_fast_one_more_again():
    room = make_room(capacity=100)
    for _ in range(10):
        record_hold(room.pk, 2.0)
    advance(room)
    room.refresh_from_db()
    assert room.current_capacity == 80
    for _ in range(20):
        advance(room)
    room.refresh_from_db()
    assert room.current_capacity == 100


def test_the_capacity_share_is_bounded_and_needs_enough_measurements():
    pace = 1.0
    for _ in range(50):
        pace = next_share(pace, Health(20, 60_000))
    assert pace == pacing.MIN_SHARE
    assert next_share(0.5, Health(2, 18_000)) > 0.5
    cache.clear()
    assert measured(1) == Health()


def test_100_000_visitors_enter_in_order():
    """A simulation with real runs, in which all admitted visitors buy at once and leave."""
    room = make_room(capacity=2000, lanes=[("VIP", 3, "velvet-rope")])
    for lane in room.lanes.all():
        _set_joined(lane, waiting=50_000)
    ticks = 0
    while any(lane.serving < 50_000 for lane in room.lanes.all()):
        admitted = advance(room, seconds=31)
        assert sum(admitted.admitted.values()) <= 2000
        AdmissionBatch.objects.filter(lane__room=room).update(arrived=F("size"))
        ticks += 1
        assert ticks < 100
    assert [lane.serving for lane in room.lanes.all()] == [50_000, 50_000]
    sizes = AdmissionBatch.objects.filter(lane__room=room).values_list("size", flat=True)
    assert sum(sizes) == 100_000


def _set_joined(lane, *, waiting):
    """Set the counters as if that many visitors had joined."""
    Lane.objects.filter(pk=lane.pk).update(
        seen=lane.draw_cutoff + waiting,
        issued_to=lane.draw_cutoff + waiting,
        generation=lane.generation + 1,
    )
