"""A live queue is processed at least every half second; an idle site schedules nothing."""

from datetime import timedelta

import pytest
from celery import current_app
from django.db.models import F
from django.utils import timezone

from concert.schedule import SCHEDULE
from waitingroom import tasks
from waitingroom.admission import MIN_INTERVAL, admit_everywhere
from waitingroom.controls import close, pause
from waitingroom.models import WaitingRoom
from waitingroom.rooms import LIVE_AFTER, cached_room, clear_room_cache

from .factories import join_queue, lane_of, make_room, pass_time

pytestmark = pytest.mark.django_db(transaction=True)

HALF_A_SECOND = 0.5


@pytest.fixture
def scheduled(monkeypatch):
    """The delays, in seconds, after which runs have been scheduled."""
    delays = []
    monkeypatch.setattr(
        tasks.admit_live, "apply_async", lambda *, countdown, expires: delays.append(countdown)
    )
    return delays


def test_a_live_queue_is_processed_every_half_second(scheduled):
    make_room()
    tasks.admit()
    runs = [0, *scheduled, SCHEDULE["admit"]["schedule"]]
    gaps = [later - earlier for earlier, later in zip(runs, runs[1:], strict=False)]
    # A tenth of a second remains for the message to reach the worker.
    assert max(gaps) <= HALF_A_SECOND - 0.1
    assert min(gaps) >= MIN_INTERVAL.total_seconds()


def test_admission_has_a_queue_of_its_own():
    """It must not wait behind e-mails, which may keep every process of a worker busy."""
    router, queues = current_app.amqp.router, current_app.amqp.queues
    names = {entry["task"] for entry in SCHEDULE.values()} | {"waitingroom.tasks.admit_live"}
    route = {name: router.route({}, name)["queue"] for name in names}
    own = {name for name, queue in route.items() if queue.name == "admission"}
    assert own == {"waitingroom.tasks.admit", "waitingroom.tasks.admit_live"}
    assert route["waitingroom.tasks.admit"].routing_key == "admission"
    assert route["emails.tasks.send_queued_emails"].routing_key == "celery"
    # A worker that is not told which takes both.
    assert set(queues.consume_from) == {"celery", "admission"}


def test_each_run_admits_visitors_who_joined_meanwhile():
    room = make_room(capacity=100)
    for expected in (1, 2, 3):
        join_queue(room)
        pass_time(room, seconds=0.33)
        tasks.admit_live()
        assert lane_of(room).serving == expected


def test_without_a_queue_nothing_is_scheduled(scheduled):
    tasks.admit()
    assert scheduled == []


@pytest.mark.parametrize("state", ["gathering", "paused", "closed", "automatic", "off"])
def test_a_queue_that_does_not_move_schedules_nothing(scheduled, state):
    modes = {"automatic": WaitingRoom.Mode.AUTOMATIC, "off": WaitingRoom.Mode.OFF}
    mode = modes.get(state, WaitingRoom.Mode.ALWAYS)
    room = make_room(gathering=state == "gathering", mode=mode)
    if state == "paused":
        pause(room=room)
    if state == "closed":
        close(room=room)
    clear_room_cache()
    tasks.admit()
    assert scheduled == []


def test_an_automatic_queue_is_live_while_someone_waits(scheduled):
    room = make_room(mode=WaitingRoom.Mode.AUTOMATIC, capacity=1)
    for _ in range(3):
        join_queue(room)
    tasks.admit()
    assert scheduled == list(tasks.REPEATED_AFTER)


def test_a_queue_is_live_shortly_before_its_opening(scheduled):
    room = make_room(gathering=True)
    performance = room.performance
    performance.on_sale_from = timezone.now() + timedelta(seconds=1)
    performance.save(update_fields=["on_sale_from"])
    clear_room_cache()
    assert cached_room(room.pk).is_live
    tasks.admit()
    assert scheduled == list(tasks.REPEATED_AFTER)


@pytest.mark.parametrize("rate", [None, 600])
def test_a_queue_is_live_while_someone_waits_and_shortly_after(scheduled, rate):
    room = make_room(rate=rate)
    WaitingRoom.objects.update(opened_at=F("opened_at") - LIVE_AFTER)
    clear_room_cache()
    tasks.admit()
    assert scheduled == []
    for _ in range(3):
        join_queue(room)
    pass_time(room, seconds=60)
    clear_room_cache()
    tasks.admit()
    assert scheduled == list(tasks.REPEATED_AFTER)
    # All have been admitted. Those who come next need not wait for the next run of beat.
    scheduled.clear()
    admit_everywhere()
    assert not any(lane.has_waiting for lane in room.lanes.all())
    WaitingRoom.objects.update(last_admission_at=F("last_admission_at") - LIVE_AFTER / 2)
    clear_room_cache()
    tasks.admit()
    assert scheduled == list(tasks.REPEATED_AFTER)


def test_a_slow_queue_is_processed_by_beat_alone(scheduled):
    room = make_room(rate=6)
    for _ in range(3):
        join_queue(room)
    pass_time(room, seconds=6)
    clear_room_cache()
    tasks.admit()
    assert scheduled == [] and lane_of(room).has_waiting
    moved = _pass(room, SCHEDULE["admit"]["schedule"])
    assert _processed_at(room) > moved


@pytest.mark.parametrize(("rate", "seconds"), [(6, 5), (2, 5), (30, 1)])
def test_a_slow_queue_without_visitors_is_processed_at_least_every_five_seconds(rate, seconds):
    room = make_room(rate=rate)
    WaitingRoom.objects.update(opened_at=F("opened_at") - 2 * LIVE_AFTER)
    admit_everywhere()
    moved = _pass(room, seconds - 0.5)
    assert _processed_at(room) == moved
    moved = _pass(room, 0.6)
    assert _processed_at(room) > moved


def test_a_queue_that_nobody_has_joined_is_left_alone_until_shortly_before_its_opening():
    room = make_room(gathering=True)
    admit_everywhere()
    assert WaitingRoom.objects.get(pk=room.pk).processed_at is None
    join_queue(room)
    clear_room_cache()
    admit_everywhere()
    assert WaitingRoom.objects.get(pk=room.pk).processed_at


def test_only_live_queues_are_processed_in_between():
    live, still = make_room(capacity=5), make_room(capacity=5)
    for room in (live, still):
        join_queue(room)
    pause(room=still)
    admit_everywhere(only_live=True)
    assert WaitingRoom.objects.get(pk=live.pk).processed_at
    assert WaitingRoom.objects.get(pk=still.pk).processed_at is None


def _pass(room, seconds):
    """Let time pass, process all queues, and return where the last run stood before that."""
    pass_time(room, seconds=seconds)
    clear_room_cache()
    before = _processed_at(room)
    admit_everywhere()
    return before


def _processed_at(room):
    return WaitingRoom.objects.get(pk=room.pk).processed_at
