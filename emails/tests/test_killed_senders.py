"""Senders that die, databases that go away, mail servers that stay away: each letter once.

The sender is a process of its own and the mail server a real one, which decides when it dies.
"""

from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from django.db.models import F
from django.db.models.functions import Now
from post_office.models import STATUS, Email

from core.testing.processes import wait_until
from emails import tasks
from emails.queueing import message_id_for
from emails.sending import send_queued_emails

from .smtp import Mailbox, smtp_server
from .test_sending import mailbox, port  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)


def queue_many(number):
    """What a night's reminders are once they are written: so many letters in the queue."""
    Email.objects.bulk_create(
        Email(
            from_email="tickets@concert.example",
            to=[f"fan{n}@example.org"],
            subject="Tonight",
            message="Doors at seven.",
            status=STATUS.queued,
            priority=2,
            message_id=message_id_for(f"reminder:{n}"),
        )
        for n in range(number)
    )


def claims_run_out():
    Email.objects.exclude(status=STATUS.sent).update(scheduled_time=None)


class Deadly(Mailbox):
    """Kills the sender when it has the letter number `at` in its hands."""

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


@pytest.mark.parametrize(("number", "taken"), [(1000, False), (20, True)])
def test_a_sender_killed_in_the_middle_of_its_letters(processes, port, number, taken):  # noqa: F811
    """Before the server has the letter: each once. After: that one twice, and recognisably so.

    The second is what SMTP cannot spare us: nobody is left who knows that the letter was taken.
    """
    queue_many(number)
    deadly = Deadly(number // 2, taken=taken)
    with smtp_server(deadly, port):
        deadly.sender = processes(
            "emails.sending.send_queued_emails", settings={"EMAIL_PORT": port}, longest=600
        )
        wait_until(lambda: not deadly.sender.is_alive)
        assert Email.objects.filter(status=STATUS.sent).count() == number // 2 - 1
        assert send_queued_emails(longest=600) == number // 2, (
            "All but what the dead one has claimed."
        )
        claims_run_out()
        assert send_queued_emails() == 1
        assert send_queued_emails() == 0

    ids = [message["Message-ID"] for message in deadly.messages]
    assert len(set(ids)) == number
    assert len(ids) == number + taken


def test_a_database_that_goes_away_after_the_letter_is_taken_sends_it_no_second_time(
    mailbox,  # noqa: F811
    port,  # noqa: F811
    caplog,
):
    queue_many(1)
    connection.ensure_connection()
    mailbox.after_taking = lambda message: end_the_session()
    with smtp_server(mailbox, port):
        assert send_queued_emails() == 1
        claims_run_out()
        assert send_queued_emails() == 0
    assert "cannot be marked yet" in caplog.text
    assert len(mailbox.taken) == 1


def end_the_session():
    """As a server that restarts does: every session of this database but ours is over."""
    found = connection.get_connection_params()
    with psycopg.connect(host=found["host"], user=found["user"], dbname="postgres") as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            [connection.settings_dict["NAME"]],
        )


def test_a_mail_server_down_for_two_hours_loses_nothing_and_sends_nothing_twice(
    mailbox,  # noqa: F811
    port,  # noqa: F811
):
    """Half of the time it is away, half of the time it answers "not now" to every letter."""
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
    assert not Email.objects.filter(status=STATUS.failed).exists()

    mailbox.answer_to_data = None
    with smtp_server(mailbox, port):
        assert send_queued_emails() == 4
        assert send_queued_emails() == 0
    assert len({message["Message-ID"] for message in mailbox.messages}) == 4


def five_minutes_pass():
    Email.objects.filter(scheduled_time__gt=Now()).update(
        scheduled_time=F("scheduled_time") - timedelta(minutes=5)
    )


def test_who_finds_another_sending_or_writing_leaves_it_to_them(mailbox, port, monkeypatch):  # noqa: F811
    queue_many(3)
    monkeypatch.setattr(tasks.rendering, "render_due_emails", lambda batch: pytest.fail("twice"))
    with (
        tasks.single_flight("send-letters", longest=60),
        tasks.single_flight("write-owed-letters", longest=60),
    ):
        tasks.send_queued_emails()
        tasks.render_due_emails()
    with smtp_server(mailbox, port):
        tasks.send_queued_emails()
    assert len(mailbox.taken) == 3


def test_a_long_run_makes_room_and_goes_on_soon(monkeypatch):
    batches, nudged = [], []
    monkeypatch.setattr(tasks, "LONGEST_RUN", 0)
    monkeypatch.setattr(tasks, "enqueue_soon", nudged.append)
    monkeypatch.setattr(
        tasks.rendering, "render_due_emails", lambda batch: batches.append(1) or batch
    )
    tasks.render_due_emails()
    assert (len(batches), nudged) == (1, ["emails.tasks.render_due_emails"])
