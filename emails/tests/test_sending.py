"""Sending the queue to a real SMTP server, which is sometimes away, full, or hard to please."""

import smtplib
import socket
from datetime import timedelta

import pytest
from django.db.models import F
from django.db.models.functions import Now
from post_office.models import STATUS, Email, Log

from core.testing.races import losers, meet_after, race, winners
from emails import sending
from emails.queueing import message_id_for, queue_email
from emails.rendering import render_due_emails
from emails.sending import requeue, send_queued_emails

from .factories import make_owed
from .smtp import Mailbox, smtp_server

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def mailbox():
    return Mailbox()


@pytest.fixture
def port(settings):
    """A port for the mail server, where nobody listens yet; the settings point there."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", number, 5
    settings.POST_OFFICE = {
        **settings.POST_OFFICE,
        "BACKENDS": {"default": "django.core.mail.backends.smtp.EmailBackend"},
    }
    return number


def queue(number=1, to=None):
    return [
        queue_email(
            to=[to or f"reader{n}@example.org"],
            subject=f"Letter {n}",
            text="Good evening.",
            html="<p>Good evening.</p>",
            message_id=message_id_for(f"letter:{n}"),
        )
        for n in range(number)
    ]


def test_it_sends_what_was_owed_whole(writers, mailbox, port):
    make_owed(about={"name": "Åsa"}, to="asa@example.org", key="greeting:asa")
    render_due_emails()
    with smtp_server(mailbox, port):
        assert send_queued_emails() == 1
        assert send_queued_emails() == 0

    (message,) = mailbox.messages
    assert mailbox.recipients == ["asa@example.org"]
    assert message["Subject"] == "Hello, Åsa"
    assert message["From"] == "Concert <tickets@concert.example>"
    assert message["Message-ID"] == message_id_for("greeting:asa")
    assert message.get_body(("plain",)).get_content().strip() == "Good evening, Åsa."
    assert message.get_body(("html",)).get_content().strip() == "<p>Good evening, Åsa.</p>"


def test_a_mail_server_that_is_away_costs_no_letter_and_no_try(mailbox, port, caplog):
    queue(3)
    for _half_minute in range(5):
        assert send_queued_emails() == 0
    assert "The mail server is away" in caplog.text
    assert not Email.objects.filter(number_of_retries__gt=0).exists()
    assert not Log.objects.exists()

    with smtp_server(mailbox, port):
        assert send_queued_emails() == 3
    assert sorted(mailbox.recipients) == [f"reader{n}@example.org" for n in range(3)]


def test_two_senders_send_each_letter_once(mailbox, port):
    queue(30)
    with smtp_server(mailbox, port):
        outcomes = race(*[send_queued_emails] * 4)
    assert losers(outcomes, ()) == []
    assert sum(winners(outcomes)) == 30
    assert sorted(mailbox.recipients) == sorted(f"reader{n}@example.org" for n in range(30))


def test_without_the_claim_two_senders_send_a_letter_twice(mailbox, port, monkeypatch):
    """The control: marking a letter sent afterwards is not enough by itself."""
    queue(1)
    waiting = Email.objects.filter(status__in=sending.WAITING)
    monkeypatch.setattr(sending, "_claim_one", lambda: waiting.first())
    meet_after(monkeypatch, sending, "_claim_one", 2)  # Both read before either marks.
    with smtp_server(mailbox, port):
        race(send_queued_emails, send_queued_emails)
    assert mailbox.recipients == ["reader0@example.org"] * 2


def test_a_sender_that_dies_sends_again_only_the_letter_in_its_hand(mailbox, port, monkeypatch):
    class Killed(BaseException):
        """As when the process ends between the server's yes and our mark."""

    original = sending._send

    def die_at_the_third(email, connection):
        if len(mailbox.taken) < 2:
            return original(email, connection)
        email.dispatch(commit=False, disconnect_after_delivery=False, connection=connection)
        raise Killed

    queue(6)
    with smtp_server(mailbox, port):
        with monkeypatch.context() as patched:
            patched.setattr(sending, "_send", die_at_the_third)
            with pytest.raises(Killed):
                send_queued_emails()
        assert send_queued_emails() == 3, "All but the one that the dead sender has claimed."
        claims_run_out()
        assert send_queued_emails() == 1

    assert sorted(mailbox.recipients) == sorted(
        ["reader2@example.org", *(f"reader{n}@example.org" for n in range(6))]
    )
    ids = [m["Message-ID"] for m in mailbox.messages if m["To"] == "reader2@example.org"]
    assert len(ids) == 2
    assert len(set(ids)) == 1, "A mailbox can tell that it is the same letter."


def test_a_recipient_that_does_not_exist_is_given_up_and_stops_no_other(mailbox, port):
    queue(3)
    mailbox.refused_recipients = {"reader0@example.org": "550 No such person"}
    with smtp_server(mailbox, port):
        assert send_queued_emails() == 2

    refused = Email.objects.get(status=STATUS.failed)
    assert refused.to == ["reader0@example.org"]
    assert "No such person" in refused.logs.get().message


def test_a_full_mailbox_is_tried_again_later(mailbox, port):
    (email,) = queue(1)
    mailbox.refused_recipients = {"reader0@example.org": "452 Mailbox full"}
    with smtp_server(mailbox, port):
        assert send_queued_emails() == 0
        email.refresh_from_db()
        assert (email.status, email.number_of_retries) == (STATUS.requeued, 1)
        assert send_queued_emails() == 0

        mailbox.refused_recipients = {}
        claims_run_out()
        assert send_queued_emails() == 1


def test_after_many_tries_a_letter_is_given_up_until_staff_put_it_back(mailbox, port, settings):
    (email,) = queue(1)
    Email.objects.update(number_of_retries=settings.POST_OFFICE["MAX_RETRIES"])
    mailbox.answer_to_data = "451 Not now"
    with smtp_server(mailbox, port):
        send_queued_emails()
        email.refresh_from_db()
        assert email.status == STATUS.failed

        mailbox.answer_to_data = None
        assert send_queued_emails() == 0
        assert requeue(Email.objects.all()) == 1
        assert send_queued_emails() == 1


def test_a_letter_that_the_server_refuses_for_good_is_given_up(mailbox, port):
    (email,) = queue(1)
    mailbox.answer_to_data = "554 No thanks"
    with smtp_server(mailbox, port):
        send_queued_emails()
    email.refresh_from_db()
    assert email.status == STATUS.failed


def test_a_server_that_hangs_up_ends_the_run_and_the_next_goes_on(mailbox, port, monkeypatch):
    queue(3)
    original, calls = sending.Email.dispatch, []

    def hang_up_once(self, **kwargs):
        calls.append(self.pk)
        if len(calls) == 1:
            raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")
        return original(self, **kwargs)

    monkeypatch.setattr(Email, "dispatch", hang_up_once)
    with smtp_server(mailbox, port):
        assert send_queued_emails() == 0
        assert send_queued_emails() == 2
        claims_run_out()
        assert send_queued_emails() == 1


def test_a_letter_that_cannot_be_put_together_stops_no_other(mailbox, port):
    broken, _fine = queue(2)
    Email.objects.filter(pk=broken.pk).update(headers={"X-Broken": "two\nlines"})
    with smtp_server(mailbox, port):
        assert send_queued_emails() == 1
    broken.refresh_from_db()
    assert broken.status == STATUS.requeued
    assert "newlines" in broken.logs.get().message


def test_a_run_ends_in_time_for_the_next(mailbox, port):
    queue(2)
    with smtp_server(mailbox, port):
        assert send_queued_emails(longest=0) == 0


def test_it_begins_a_new_conversation_every_so_often(mailbox, port, monkeypatch):
    monkeypatch.setattr(sending, "LETTERS_BY_CONNECTION", 2)
    queue(5)
    with smtp_server(mailbox, port):
        assert send_queued_emails() == 5


def test_in_local_mode_no_letter_leaves_this_machine():
    (email,) = queue(1)
    assert send_queued_emails() == 1
    email.refresh_from_db()
    assert email.status == STATUS.sent


def claims_run_out():
    Email.objects.filter(scheduled_time__gt=Now()).update(
        scheduled_time=F("scheduled_time") - timedelta(hours=1)
    )
