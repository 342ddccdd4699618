"""Queue tasks once a second, after the commit, and without waiting for Redis."""

import json
import time

import pytest
from celery import current_app
from django.core.cache import cache
from django.db import transaction

from core.enqueue import PAUSE_AFTER_FAILURE, enqueue_soon, reset_enqueued
from core.testing.redis_outages import close_broker_connections

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def fresh_process():
    cache.clear()
    reset_enqueued()
    _queue().delete("celery:celery")
    yield
    cache.clear()
    reset_enqueued()
    _queue().delete("celery:celery")


def test_it_queues_the_task_for_a_second_later():
    enqueue_soon("emails.tasks.send_queued_emails", 7)
    (task,) = queued()
    assert task["headers"]["task"] == "emails.tasks.send_queued_emails"
    assert task["headers"]["argsrepr"] == "(7,)"
    assert task["headers"]["eta"] is not None


def test_it_waits_for_the_commit():
    with transaction.atomic():
        enqueue_soon("emails.tasks.send_queued_emails")
        assert queued() == []
    assert len(queued()) == 1


def test_a_rollback_drops_it():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        enqueue_soon("emails.tasks.send_queued_emails")
        raise ZeroDivisionError
    assert queued() == []


def test_many_calls_queue_one_task(monkeypatch):
    monkeypatch.setattr("core.enqueue.WINDOW", 60)  # However long the calls take here.
    for _number in range(100):
        enqueue_soon("emails.tasks.send_queued_emails")
    assert len(queued()) == 1


def test_calls_in_many_processes_queue_one_task(monkeypatch):
    monkeypatch.setattr("core.enqueue.WINDOW", 60)
    for _process in range(10):
        enqueue_soon("emails.tasks.send_queued_emails")
        reset_enqueued()
    assert len(queued()) == 1


def test_other_tasks_and_arguments_are_queued_separately():
    enqueue_soon("emails.tasks.send_queued_emails")
    enqueue_soon("payments.tasks.send_refunds")
    enqueue_soon("payments.tasks.send_refunds", 1)
    assert len(queued()) == 3


def test_a_second_later_another_task_is_queued(monkeypatch):
    monkeypatch.setattr("core.enqueue.WINDOW", 0.2)
    enqueue_soon("emails.tasks.send_queued_emails")
    time.sleep(0.4)
    enqueue_soon("emails.tasks.send_queued_emails")
    assert len(queued()) == 2


def test_without_redis_nothing_waits_and_nothing_fails(redis_unavailable, caplog):
    started = time.monotonic()
    for number in range(50):
        enqueue_soon("emails.tasks.send_queued_emails", number)
    assert time.monotonic() - started < 5, "Celery by itself would try for six seconds, each time."
    assert caplog.text.count("Queuing is paused") == 1


def test_with_a_hanging_redis_one_call_waits_and_the_others_do_not(redis_hangs):
    started = time.monotonic()
    for number in range(50):
        enqueue_soon("emails.tasks.send_queued_emails", number)
    assert time.monotonic() - started < 10, "Fifty waits would take fifteen seconds."


def test_it_tries_again_when_redis_may_be_back(
    redis_unavailable, point_redis_at, monkeypatch, settings
):
    enqueue_soon("emails.tasks.send_queued_emails")
    point_redis_at(settings.REDIS_URL)
    enqueue_soon("emails.tasks.send_queued_emails")
    assert queued() == []

    now = time.monotonic()
    monkeypatch.setattr("core.enqueue.time.monotonic", lambda: now + PAUSE_AFTER_FAILURE + 1)
    enqueue_soon("emails.tasks.send_queued_emails")
    assert len(queued()) == 1


def test_the_connections_that_celery_keeps_are_closed_after_tests():
    current_app.send_task("emails.tasks.send_queued_emails", expires=1)
    (connection,) = [one for one in current_app.pool._resource.queue if hasattr(one, "connected")]
    assert connection.connected
    close_broker_connections()
    assert not connection.connected


def _queue():
    import redis
    from django.conf import settings

    return redis.Redis.from_url(settings.REDIS_URL)


def queued():
    return [json.loads(item) for item in _queue().lrange("celery:celery", 0, -1)]
