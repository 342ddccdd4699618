"""Send e-mails to an SMTP server that can be unavailable, full, or refuse them."""

import smtplib
import socket

import pytest

from core.testing.races import losers, meet_after, race, winners
from emails import sending
from emails.content import message_id_for
from emails.models import OutboxEmail
from emails.rendering import render_due_emails
from emails.sending import retry_now, send_queued_emails

from .factories import end_leases, make_email, make_message
from .smtp import Mailbox, smtp_server

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def mailbox():
    return Mailbox()


@pytest.fixture
def port(settings):
    """A free port for the mail server, to which the settings point."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", number, 5
    settings.EMAIL_DELIVERY_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    return number


def queue(number=1):
    return [make_message(to=f"reader{n}@example.org", subject=f"E-mail {n}") for n in range(number)]


def test_it_sends_everything_that_was_enqueued(renderers, mailbox, port):
    make_email(about={"name": "Åsa"}, to="asa@example.org", key="greeting:asa")
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


def test_an_unavailable_mail_server_costs_no_email_and_no_attempt(mailbox, port, caplog):
    queue(3)
    for _half_minute in range(5):
        assert send_queued_emails() == 0
    assert "The mail server is away" in caplog.text
    assert not OutboxEmail.objects.filter(attempts__gt=0).exists()
    assert not OutboxEmail.objects.exclude(error="", leased_until=None).exists()

    with smtp_server(mailbox, port):
        assert send_queued_emails() == 3
    assert sorted(mailbox.recipients) == [f"reader{n}@example.org" for n in range(3)]


def test_two_senders_send_each_email_once(mailbox, port):
    queue(30)
    with smtp_server(mailbox, port):
        outcomes = race(*[send_queued_emails] * 4)
    assert losers(outcomes, ()) == []
    assert sum(winners(outcomes)) == 30
    assert sorted(mailbox.recipients) == sorted(f"reader{n}@example.org" for n in range(30))


def test_without_the_lease_two_senders_send_an_email_twice(mailbox, port, monkeypatch):
    """Control: marking an e-mail as sent afterwards is not enough."""
    queue(1)
    waiting = OutboxEmail.objects.rendered()
    monkeypatch.setattr(sending, "_claim_one", lambda: waiting.first())
    meet_after(monkeypatch, sending, "_claim_one", 2)  # Both read before either marks.
    with smtp_server(mailbox, port):
        race(send_queued_emails, send_queued_emails)
    assert mailbox.recipients == ["reader0@example.org"] * 2


def test_after_a_killed_sender_only_its_current_email_is_sent_again(
    mailbox, port, monkeypatch, settings
):
    class Killed(BaseException):
        """Raised where the process would be killed, between the server's reply and the mark."""

    original = sending._send

    def die_at_the_third(email, backend):
        if len(mailbox.taken) < 2:
            return original(email, backend)
        sending.message_of(email, {}, backend).send()
        raise Killed

    queue(6)
    with smtp_server(mailbox, port):
        with monkeypatch.context() as patched:
            patched.setattr(sending, "_send", die_at_the_third)
            with pytest.raises(Killed):
                send_queued_emails()
        assert send_queued_emails() == 3, "All but the one that the dead sender has leased."
        end_leases(settings)
        assert send_queued_emails() == 1

    assert sorted(mailbox.recipients) == sorted(
        ["reader2@example.org", *(f"reader{n}@example.org" for n in range(6))]
    )
    ids = [m["Message-ID"] for m in mailbox.messages if m["To"] == "reader2@example.org"]
    assert len(ids) == 2
    assert len(set(ids)) == 1, "A mailbox can tell that it is the same e-mail."


def test_an_unknown_recipient_fails_and_does_not_block_others(mailbox, port):
    queue(3)
    mailbox.refused_recipients = {"reader0@example.org": "550 No such person"}
    with smtp_server(mailbox, port):
        assert send_queued_emails() == 2

    refused = OutboxEmail.objects.get(state="failed")
    assert refused.to == "reader0@example.org"
    assert "No such person" in refused.error


def test_a_full_mailbox_is_retried_later(mailbox, port, settings):
    (email,) = queue(1)
    mailbox.refused_recipients = {"reader0@example.org": "452 Mailbox full"}
    with smtp_server(mailbox, port):
        assert send_queued_emails() == 0
        email.refresh_from_db()
        assert (email.state, email.attempts, email.leased_until) == ("rendered", 1, None)
        assert send_queued_emails() == 0

        mailbox.refused_recipients = {}
        end_leases(settings)
        assert send_queued_emails() == 1


def test_after_many_attempts_an_email_has_failed_until_staff_retry_it(mailbox, port):
    (email,) = queue(1)
    OutboxEmail.objects.update(attempts=sending.MAX_ATTEMPTS)
    mailbox.answer_to_data = "451 Not now"
    with smtp_server(mailbox, port):
        send_queued_emails()
        email.refresh_from_db()
        assert email.state == "failed"

        mailbox.answer_to_data = None
        assert send_queued_emails() == 0
        assert retry_now(OutboxEmail.objects.all()) == 1
        assert send_queued_emails() == 1


def test_an_email_that_the_server_refuses_for_good_has_failed(mailbox, port):
    (email,) = queue(1)
    mailbox.answer_to_data = "554 No thanks"
    with smtp_server(mailbox, port):
        send_queued_emails()
    email.refresh_from_db()
    assert email.state == "failed"


def test_a_server_that_hangs_up_ends_the_run_and_the_next_continues(
    mailbox, port, monkeypatch, settings
):
    queue(3)
    original, calls = sending._deliver, []

    def hang_up_once(message):
        calls.append(message)
        if len(calls) == 1:
            raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")
        return original(message)

    monkeypatch.setattr(sending, "_deliver", hang_up_once)
    with smtp_server(mailbox, port):
        assert send_queued_emails() == 0
        assert send_queued_emails() == 2
        end_leases(settings)
        assert send_queued_emails() == 1


def test_an_email_that_cannot_be_composed_does_not_block_others(mailbox, port):
    broken, _fine = queue(2)
    OutboxEmail.objects.filter(pk=broken.pk).update(headers={"X-Broken": "two\nlines"})
    with smtp_server(mailbox, port):
        assert send_queued_emails() == 1
    broken.refresh_from_db()
    assert broken.state == "rendered"
    assert "newlines" in broken.error


def test_a_missing_attachment_does_not_block_others(mailbox, port):
    broken = make_message(attachments=[("a.txt", b"A", "text/plain")])
    file = broken.attachments.get().file
    file.storage.delete(file.name)
    make_message(attachments=[("b.txt", b"B", "text/plain")])
    with smtp_server(mailbox, port):
        send_queued_emails()
        send_queued_emails()
    (message,) = mailbox.messages
    assert [part.get_filename() for part in message.iter_attachments()] == ["b.txt"]
    broken.refresh_from_db()
    assert broken.state == "rendered" and "FileNotFoundError" in broken.error


def test_a_run_ends_before_the_next(mailbox, port):
    queue(2)
    with smtp_server(mailbox, port):
        assert send_queued_emails(longest=0) == 0


def test_it_reconnects_regularly(mailbox, port, monkeypatch):
    monkeypatch.setattr(sending, "EMAILS_PER_CONNECTION", 2)
    queue(5)
    with smtp_server(mailbox, port):
        assert send_queued_emails() == 5


def test_in_local_mode_no_email_is_sent():
    (email,) = queue(1)
    assert send_queued_emails() == 1
    email.refresh_from_db()
    assert email.state == "sent" and email.sent_at is not None
