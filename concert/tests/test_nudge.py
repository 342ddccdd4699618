"""Nudges: one a second, after the commit, and no trouble when Redis is away."""

import json
import time

import pytest
from django.core.cache import cache
from django.db import transaction

from concert.nudge import PAUSE_AFTER_FAILURE, forget_nudges, nudge

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def fresh_process():
    cache.clear()
    forget_nudges()
    _queue().delete("celery:celery")
    yield
    cache.clear()
    forget_nudges()
    _queue().delete("celery:celery")


def test_it_queues_the_task_for_a_second_later():
    nudge("letters.tasks.send_letters", 7)
    (task,) = queued()
    assert task["headers"]["task"] == "letters.tasks.send_letters"
    assert task["headers"]["argsrepr"] == "(7,)"
    assert task["headers"]["eta"] is not None


def test_it_waits_for_the_commit():
    with transaction.atomic():
        nudge("letters.tasks.send_letters")
        assert queued() == []
    assert len(queued()) == 1


def test_it_is_given_up_with_the_transaction():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        nudge("letters.tasks.send_letters")
        raise ZeroDivisionError
    assert queued() == []


def test_a_rush_is_one_nudge(monkeypatch):
    monkeypatch.setattr("concert.nudge.WINDOW", 60)  # However long the rush takes here.
    for _number in range(100):
        nudge("letters.tasks.send_letters")
    assert len(queued()) == 1


def test_a_rush_in_many_processes_is_one_nudge(monkeypatch):
    monkeypatch.setattr("concert.nudge.WINDOW", 60)
    for _process in range(10):
        nudge("letters.tasks.send_letters")
        forget_nudges()
    assert len(queued()) == 1


def test_other_tasks_and_arguments_are_other_nudges():
    nudge("letters.tasks.send_letters")
    nudge("payments.tasks.send_refunds")
    nudge("payments.tasks.send_refunds", 1)
    assert len(queued()) == 3


def test_a_second_later_there_is_another(monkeypatch):
    monkeypatch.setattr("concert.nudge.WINDOW", 0.2)
    nudge("letters.tasks.send_letters")
    time.sleep(0.4)
    nudge("letters.tasks.send_letters")
    assert len(queued()) == 2


def test_when_redis_is_away_nobody_waits_and_nothing_fails(redis_away, caplog):
    started = time.monotonic()
    for number in range(50):
        nudge("letters.tasks.send_letters", number)
    assert time.monotonic() - started < 5, "Celery by itself would try for six seconds, each time."
    assert caplog.text.count("Nudges pause") == 1


def test_when_redis_hangs_one_call_waits_a_moment_and_the_others_not_at_all(redis_hangs):
    started = time.monotonic()
    for number in range(50):
        nudge("letters.tasks.send_letters", number)
    assert time.monotonic() - started < 10, "Fifty waits would take fifteen seconds."


def test_it_tries_again_when_redis_may_be_back(redis_away, point_redis_at, monkeypatch, settings):
    nudge("letters.tasks.send_letters")
    point_redis_at(settings.REDIS_URL)
    nudge("letters.tasks.send_letters")
    assert queued() == []

    now = time.monotonic()
    monkeypatch.setattr("concert.nudge.time.monotonic", lambda: now + PAUSE_AFTER_FAILURE + 1)
    nudge("letters.tasks.send_letters")
    assert len(queued()) == 1


def _queue():
    import redis
    from django.conf import settings

    return redis.Redis.from_url(settings.REDIS_URL)


def queued():
    return [json.loads(item) for item in _queue().lrange("celery:celery", 0, -1)]
