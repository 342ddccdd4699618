"""Killed senders, and outages of database and mail server: each e-mail is sent once.

The sender is a separate process. The mail server is a real one and kills the sender at a chosen
moment.
"""

import asyncio
import time
from contextlib import nullcontext
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from django.db.models import F
from django.db.models.functions import Now

from core.testing.processes import wait_until
from emails import sending, tasks
from emails.content import message_id_for
from emails.models import OutboxEmail
from emails.sending import send_queued_emails

from .factories import end_leases
from .smtp import Mailbox, smtp_server
from .test_sending import mailbox, port  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)

LEASE = 2


def queue_many(number):
    """Create this many e-mails that are ready to be sent, as a night's reminders once rendered."""
    OutboxEmail.objects.bulk_create(
        OutboxEmail(
            kind="reminder",
            key=f"reminder:{n}",
            sender="tickets@concert.example",
            to=f"fan{n}@example.org",
            subject="Tonight",
            text="Doors at seven.",
            state="rendered",
            rendered_at=Now(),
            message_id=message_id_for(f"reminder:{n}"),
        )
        for n in range(number)
    )


def send_without_renewing(longest: float) -> None:
    """Control: a lease that is not renewed ends while its sender is running."""
    sending.renewing = lambda rows: nullcontext()
    send_queued_emails(longest=longest)


class Deadly(Mailbox):
    """An SMTP handler that kills the sender while it sends e-mail number `at`."""

    def __init__(self, at, *, taken):
        super().__init__()
        self.at, self.took_it, self.seen, self.sender = at, taken, 0, None

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.seen += 1
        if self.seen != self.at:
            return await super().handle_DATA(server, session, envelope)
        if self.took_it:
            await super().handle_DATA(server, session, envelope)
        self.sender.kill()
        return "250 taken" if self.took_it else "421 The line went dead"


@pytest.mark.parametrize(("number", "taken"), [(300, False), (20, True)])
def test_a_killed_sender_repeats_at_most_one_email(
    processes,
    port,  # noqa: F811
    number,
    taken,
    settings,
):
    """Killed before the server has the e-mail: each once. Killed afterwards: that one twice.

    With the same Message-ID. SMTP cannot avoid the second: no process knows that it was accepted.
    """
    settings.LEASE_SECONDS = 600  # Longer than the next sender needs for the others.
    queue_many(number)
    deadly = Deadly(number // 2, taken=taken)
    with smtp_server(deadly, port):
        deadly.sender = processes(
            "emails.sending.send_queued_emails",
            settings={"EMAIL_PORT": port, "LEASE_SECONDS": 600},
            longest=600,
        )
        wait_until(lambda: not deadly.sender.is_alive)
        assert OutboxEmail.objects.sent().count() == number // 2 - 1
        assert send_queued_emails(longest=600) == number // 2, (
            "All but what the dead one has leased."
        )
        end_leases(settings)
        assert send_queued_emails() == 1
        assert send_queued_emails() == 0

    ids = [message["Message-ID"] for message in deadly.messages]
    assert len(set(ids)) == number
    assert len(ids) == number + taken


class Slow(Mailbox):
    """An SMTP handler that takes `seconds` to accept each of the first `times` e-mails."""

    def __init__(self, seconds, times=1):
        super().__init__()
        self.seconds, self.times = seconds, times

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.times:
            self.times -= 1
            await asyncio.sleep(self.seconds)
        return await super().handle_DATA(server, session, envelope)


def test_a_killed_senders_email_is_sent_by_the_next_within_seconds(processes, port, settings):  # noqa: F811
    """While the sender waits for a slow server, no other sends its e-mail."""
    settings.LEASE_SECONDS = LEASE
    queue_many(1)
    with smtp_server(slow := Slow(60), port):
        sender = start_sender(processes, "emails.sending.send_queued_emails", port)
        time.sleep(2 * LEASE)
        assert send_queued_emails() == 0, "The sender is alive, and has renewed its lease."
        sender.kill()
        killed_at = time.monotonic()
        wait_until(lambda: send_queued_emails() == 1, 30)
    assert time.monotonic() - killed_at < LEASE + 5
    assert len(slow.taken) == 1


@pytest.mark.parametrize(
    ("call", "times"),
    [
        ("emails.sending.send_queued_emails", 1),
        ("emails.tests.test_killed_senders.send_without_renewing", 2),
    ],
)
def test_a_slow_server_gets_an_email_once_and_without_renewal_twice(
    processes,
    port,  # noqa: F811
    settings,
    call,
    times,
):
    """The second case is the control."""
    settings.LEASE_SECONDS = LEASE
    queue_many(1)
    with smtp_server(slow := Slow(4 * LEASE), port):
        sender = start_sender(processes, call, port)
        until = time.monotonic() + 3 * LEASE
        while time.monotonic() < until:
            send_queued_emails()
            time.sleep(0.2)
        sender.wait()
    assert len(slow.taken) == times


def start_sender(processes, call, port):  # noqa: F811
    """Start a sender process; return it once it has leased the only e-mail."""
    sender = processes(call, settings={"EMAIL_PORT": port, "LEASE_SECONDS": LEASE}, longest=5)
    wait_until(lambda: OutboxEmail.objects.filter(leased_until__isnull=False).exists())
    return sender


def test_a_database_outage_after_an_email_was_accepted_causes_no_second_one(
    mailbox,  # noqa: F811
    port,  # noqa: F811
    caplog,
    settings,
):
    queue_many(1)
    connection.ensure_connection()
    mailbox.after_taking = lambda message: end_the_session()
    with smtp_server(mailbox, port):
        assert send_queued_emails() == 1
        end_leases(settings)
        assert send_queued_emails() == 0
    assert "cannot be marked yet" in caplog.text
    assert len(mailbox.taken) == 1


def end_the_session():
    """Terminate all other database sessions, as a restart does."""
    found = connection.get_connection_params()
    with psycopg.connect(host=found["host"], user=found["user"], dbname="postgres") as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            [connection.settings_dict["NAME"]],
        )


def test_a_mail_server_outage_of_two_hours_loses_and_doubles_nothing(
    mailbox,  # noqa: F811
    port,  # noqa: F811
):
    """Half of the time it is unavailable; half of the time it replies "try again later"."""
    queue_many(4)
    for five_minutes in range(24):
        if five_minutes % 2:
            send_queued_emails()
        else:
            mailbox.answer_to_data = "451 Not now"
            with smtp_server(mailbox, port):
                send_queued_emails()
        five_minutes_pass()
    assert mailbox.taken == []
    assert not OutboxEmail.objects.failed().exists()

    mailbox.answer_to_data = None
    with smtp_server(mailbox, port):
        assert send_queued_emails() == 4
        assert send_queued_emails() == 0
    assert len({message["Message-ID"] for message in mailbox.messages}) == 4


def five_minutes_pass():
    OutboxEmail.objects.update(due_at=F("due_at") - timedelta(minutes=5))


def test_a_second_task_leaves_the_work_to_the_first(mailbox, port, monkeypatch):  # noqa: F811
    queue_many(3)
    monkeypatch.setattr(tasks.rendering, "render_due_emails", lambda batch: pytest.fail("twice"))
    with (
        tasks.single_flight("send-emails", longest=60),
        tasks.single_flight("render-emails", longest=60),
    ):
        tasks.send_queued_emails()
        tasks.render_due_emails()
    with smtp_server(mailbox, port):
        tasks.send_queued_emails()
    assert len(mailbox.taken) == 3


def test_a_long_run_ends_and_continues_soon(monkeypatch):
    batches, nudged = [], []
    monkeypatch.setattr(tasks, "LONGEST_RUN", 0)
    monkeypatch.setattr(tasks, "enqueue_soon", nudged.append)
    monkeypatch.setattr(
        tasks.rendering, "render_due_emails", lambda batch: batches.append(1) or batch
    )
    tasks.render_due_emails()
    assert (len(batches), nudged) == (1, ["emails.tasks.render_due_emails"])


def test_a_long_run_of_sending_continues_soon(monkeypatch):
    queue_many(1)
    enqueued = []
    monkeypatch.setattr(tasks, "enqueue_soon", enqueued.append)
    monkeypatch.setattr(tasks.sending, "send_queued_emails", lambda longest: 5)
    tasks.send_queued_emails()
    assert enqueued == ["emails.tasks.send_queued_emails"]
    OutboxEmail.objects.update(state="failed")
    tasks.send_queued_emails()
    assert len(enqueued) == 1
