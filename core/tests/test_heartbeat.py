"""`/readyz` notices that the worker or beat has stopped."""

import subprocess
import sys
from datetime import timedelta

import pytest
from celery import current_app
from django.utils import timezone

from concert.schedule import SCHEDULE
from core import heartbeat
from core.heartbeat import CLOCK, PATIENCE, TASK, WORKER
from core.models import Heartbeat
from core.tasks import record_heartbeat
from core.testing.processes import CHECKOUT

pytestmark = pytest.mark.django_db


def seen_ago(name, **ago):
    Heartbeat.objects.filter(name=name).update(at=timezone.now() - timedelta(**ago))


def test_running_the_task_is_the_heartbeat_of_the_worker(client):
    assert client.get("/readyz").json()[WORKER] == "not seen yet"
    record_heartbeat()
    record_heartbeat()
    assert client.get("/readyz").json()[WORKER] == "ok"
    assert Heartbeat.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_queuing_the_task_is_the_heartbeat_of_beat(client):
    assert client.get("/readyz").json()[CLOCK] == "not seen yet"
    current_app.send_task(TASK, expires=1)
    found = client.get("/readyz").json()
    assert (found[CLOCK], found[WORKER]) == ("ok", "not seen yet")


def test_queuing_another_task_is_no_heartbeat():
    current_app.send_task("payments.tasks.delete_old_events", expires=1)
    assert not Heartbeat.objects.exists()


@pytest.mark.parametrize("name", [WORKER, CLOCK])
def test_it_says_since_when_one_has_stopped_and_stays_ready(client, name):
    for each in (WORKER, CLOCK):
        heartbeat.record(each)
    seen_ago(name, minutes=5)
    response = client.get("/readyz")
    other = CLOCK if name == WORKER else WORKER
    assert response.status_code == 200, "The sale goes on without it."
    since = f"stopped since {Heartbeat.objects.get(name=name).at:%Y-%m-%dT%H:%M:%SZ}"
    assert (response.json()[name], response.json()[other]) == (since, "ok")


def test_the_worker_counts_as_unknown_while_the_clock_has_stopped(client):
    """The worker's heartbeats are queued by the clock."""
    for each in (WORKER, CLOCK):
        heartbeat.record(each)
        seen_ago(each, minutes=5)
    found = client.get("/readyz").json()
    assert found[CLOCK].startswith("stopped since")
    assert found[WORKER] == "not known while the clock has stopped"


def test_a_worker_that_stopped_before_the_clock_counts_as_stopped(client):
    for each, minutes in [(WORKER, 9), (CLOCK, 5)]:
        heartbeat.record(each)
        seen_ago(each, minutes=minutes)
    found = client.get("/readyz").json()
    assert found[CLOCK].startswith("stopped since")
    assert found[WORKER].startswith("stopped since")


def test_it_tolerates_a_busy_worker():
    heartbeat.record(WORKER)
    seen_ago(WORKER, seconds=PATIENCE.total_seconds() - 10)
    assert heartbeat.statuses()[WORKER] == "ok"
    assert SCHEDULE["record-heartbeat"]["schedule"] * 3 < PATIENCE.total_seconds()


def test_beat_keeps_running_without_the_database(monkeypatch, caplog):
    def refuse(name):
        raise RuntimeError("the database is gone")

    monkeypatch.setattr(heartbeat, "record", refuse)
    current_app.send_task(TASK, expires=1)
    assert "could not be recorded: the database is gone" in caplog.text


def test_the_worker_and_beat_load_it():
    """Start as they do, by the name of the Celery application alone."""
    code = (
        "from concert import celery_app as app; app.loader.import_default_modules();"
        f"assert '{TASK}' in app.tasks; from celery.signals import before_task_publish as s;"
        "assert s.receivers"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
