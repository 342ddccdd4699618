"""Owing letters."""

import time

import pytest
from django.db import transaction

from emails.models import OutboxEmail
from emails.outbox import enqueue_email, enqueue_emails
from emails.rendering import render_due_emails

from .factories import make_owed

pytestmark = pytest.mark.django_db


def test_it_owes_a_letter_once_however_often_it_is_said():
    make_owed(key="confirmation:K7F39QXM", about={"order": "K7F39QXM"})
    make_owed(key="confirmation:K7F39QXM", about={"order": "another"})

    letter = OutboxEmail.objects.get()
    assert letter.about == {"order": "K7F39QXM"}
    assert letter.written_at is None


def test_it_takes_one_statement(django_assert_num_queries):
    with transaction.atomic(), django_assert_num_queries(1):
        enqueue_email(kind="greeting", key="a", to="a@example.org", about={})


def test_it_owes_many_in_one_statement(django_assert_num_queries):
    letters = [
        {"kind": "greeting", "key": str(n), "to": "a@example.org", "about": {}} for n in range(200)
    ]
    with transaction.atomic(), django_assert_num_queries(1):
        enqueue_emails(letters)
    assert OutboxEmail.objects.owed().count() == 200


def test_nothing_is_owed_to_nobody():
    enqueue_email(kind="greeting", key="a", to="", about={})
    enqueue_emails([{"kind": "greeting", "key": "b", "to": "", "about": {}}])
    assert not OutboxEmail.objects.exists()


def test_a_letter_goes_with_the_fact_that_it_tells_of():
    class FactUndone(Exception):
        pass

    with pytest.raises(FactUndone), transaction.atomic():
        make_owed()
        raise FactUndone
    assert not OutboxEmail.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("redis_away", "writers")
def test_with_redis_away_it_is_owed_at_once_and_written_when_beat_comes_round():
    started = time.monotonic()
    with transaction.atomic():
        make_owed()
    assert time.monotonic() - started < 5, "Celery by itself would try for six seconds."

    render_due_emails()
    assert OutboxEmail.objects.get().email is not None


def test_it_nudges_once_committed(django_capture_on_commit_callbacks, monkeypatch):
    queued = []
    monkeypatch.setattr("core.enqueue._queue_once", lambda *what: queued.append(what))
    with django_capture_on_commit_callbacks(execute=True):
        make_owed()
        assert queued == []
    assert queued == [("emails.tasks.render_due_emails", ())]
