"""Enqueue e-mails."""

import time

import pytest
from django.db import transaction

from emails.models import OutboxEmail
from emails.outbox import enqueue_email, enqueue_emails
from emails.rendering import render_due_emails

from .factories import make_email

pytestmark = pytest.mark.django_db


def test_the_same_key_is_the_same_email():
    make_email(key="confirmation:K7F39QXM", about={"order": "K7F39QXM"})
    make_email(key="confirmation:K7F39QXM", about={"order": "another"})

    email = OutboxEmail.objects.get()
    assert email.about == {"order": "K7F39QXM"}
    assert (email.state, email.rendered_at, email.error) == ("queued", None, "")


def test_it_takes_one_statement(django_assert_num_queries):
    with transaction.atomic(), django_assert_num_queries(1):
        enqueue_email(kind="greeting", key="a", to="a@example.org", about={})


def test_it_enqueues_many_in_one_statement(django_assert_num_queries):
    emails = [
        {"kind": "greeting", "key": str(n), "to": "a@example.org", "about": {}} for n in range(200)
    ]
    with transaction.atomic(), django_assert_num_queries(1):
        enqueue_emails(emails)
    assert OutboxEmail.objects.queued().due().count() == 200


def test_without_an_address_nothing_is_enqueued():
    enqueue_email(kind="greeting", key="a", to="", about={})
    enqueue_emails([{"kind": "greeting", "key": "b", "to": "", "about": {}}])
    assert not OutboxEmail.objects.exists()


def test_an_email_is_rolled_back_with_the_fact_that_it_reports():
    class FactUndone(Exception):
        pass

    with pytest.raises(FactUndone), transaction.atomic():
        make_email()
        raise FactUndone
    assert not OutboxEmail.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("redis_unavailable", "renderers")
def test_without_redis_it_is_enqueued_at_once_and_rendered_by_the_next_beat():
    started = time.monotonic()
    with transaction.atomic():
        make_email()
    assert time.monotonic() - started < 5, "Celery by itself would try for six seconds."

    render_due_emails()
    assert OutboxEmail.objects.get().state == "rendered"


def test_the_task_is_queued_after_the_commit(django_capture_on_commit_callbacks, monkeypatch):
    queued = []
    monkeypatch.setattr("core.enqueue._queue_once", lambda *what: queued.append(what))
    with django_capture_on_commit_callbacks(execute=True):
        make_email()
        assert queued == []
    assert queued == [("emails.tasks.render_due_emails", ())]
