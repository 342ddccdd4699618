"""Queue numbers: in order and unique, whatever happens to Redis."""

import pytest

from core.testing.races import race, winners
from waitingroom import sequence
from waitingroom.models import Lane
from waitingroom.sequence import BLOCK, highest_numbers, next_number, retry_redis_now

from .factories import advance, join_queue, lane_of, make_room

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lane():
    return lane_of(make_room(gathering=True))


def flush():
    sequence._client().flushdb()


def fresh(lane):
    return Lane.objects.get(pk=lane.pk)


def test_numbers_increase_over_many_blocks(lane):
    taken = [next_number(lane) for _ in range(2 * BLOCK + 10)]
    assert taken == list(range(1, 2 * BLOCK + 11))
    assert fresh(lane).issued_to == 3 * BLOCK


def test_concurrent_visitors_get_different_numbers(lane):
    outcomes = race(*[lambda: [next_number(lane) for _ in range(60)]] * 8)
    taken = [number for numbers in winners(outcomes) for number in numbers]
    assert len(taken) == len(set(taken)) == 480
    # Each of them got increasing numbers.
    assert all(mine == sorted(mine) for mine in winners(outcomes))


def test_flushing_redis_changes_nobodys_order(lane):
    taken = []
    for number in range(60):
        taken.append(next_number(lane))
        if number % 20 == 10:
            flush()
    assert taken == sorted(set(taken))
    assert taken[-1] - 60 <= 3 * BLOCK


def test_flushing_redis_during_a_rush_repeats_no_number(lane):
    def join():
        return [next_number(lane) for _ in range(60)]

    def spoil():
        for _ in range(5):
            flush()

    outcomes = race(*[join] * 5, spoil)
    taken = [number for numbers in winners(outcomes[:5]) for number in numbers]
    assert len(taken) == len(set(taken)) == 300
    assert all(mine == sorted(mine) for mine in winners(outcomes[:5]))


def test_a_block_that_arrives_too_late_is_not_used(lane, monkeypatch):
    """Redis is flushed twice while a block is reserved, and another process issues a number."""
    reserve, meanwhile = sequence._reserve, []

    def reserve_slowly(*args, **kwargs):
        reserved = reserve(*args, **kwargs)
        monkeypatch.setattr(sequence, "_reserve", reserve)
        flush()
        meanwhile.append(next_number(lane))
        flush()
        return reserved

    monkeypatch.setattr(sequence, "_reserve", reserve_slowly)
    assert next_number(lane) > meanwhile[0]


def test_without_redis_postgresql_counts(lane, redis_unavailable):
    first = next_number(lane)
    assert [next_number(lane) for _ in range(3)] == [first + 1, first + 2, first + 3]
    assert highest_numbers([fresh(lane)]) == {lane.pk: first + 3}


def test_an_outdated_counter_in_redis_is_ignored(lane, point_redis_at, settings):
    here = settings.CACHES["default"]["LOCATION"]
    before = [next_number(lane) for _ in range(3)]
    point_redis_at("redis://127.0.0.1:1/0")
    away = [next_number(lane) for _ in range(3)]
    point_redis_at(here)
    retry_redis_now()
    after = [next_number(fresh(lane)) for _ in range(3)]
    assert before + away + after == sorted({*before, *away, *after})


def test_without_a_counter_everyone_who_may_have_joined_is_admitted():
    """A visitor who joined just before a flush must not wait until the next one joins."""
    room = make_room(capacity=1000)
    _visitor, place = join_queue(room)
    flush()
    advance(room)
    lane = lane_of(room)
    assert place.position_in(room, lane) <= lane.serving


def test_a_hanging_redis_delays_nobody(lane, redis_hangs):
    import time

    began = time.monotonic()
    for _ in range(20):
        next_number(lane)
    assert time.monotonic() - began < 5
