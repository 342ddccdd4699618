"""Sending rendered e-mails: each is leased, sent and marked as sent, one after the other.

What SMTP cannot guarantee: between the server's "250" and our mark in the database lies a moment. A
sender that is killed in it, or a server that accepts an e-mail and dies before saying so, cannot be
told from one that did not get so far. That one e-mail is sent again, with the same Message-ID, by
which mailboxes can tell; none is lost. The moment is one statement long: a database that is away
just then is waited for.
"""

import logging
import smtplib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from core.leases import LONGEST_WORK, renewing

from .content import parts_of, secrets_of
from .models import OutboxEmail
from .querysets import OutboxEmailQuerySet
from .secrets import fill, hide_in, nothing_leaves

logger = logging.getLogger(__name__)

# After so many attempts an e-mail has failed.
MOST_ATTEMPTS = 40
# Seconds between two attempts to mark an e-mail that has been sent.
PAUSE = 0.5
# A run ends after so many seconds; the next one goes on.
LONGEST_RUN = 50
# Many servers end a connection after so many e-mails.
EMAILS_PER_CONNECTION = 50

SENT, NOT_SENT, BROKEN = object(), object(), object()


def send_queued_emails(longest: float = LONGEST_RUN) -> int:
    """Send the rendered e-mails that are due, for `longest` seconds; return how many were sent.

    Not inside a transaction. Several may run at once, on any number of machines. When the mail
    server is away, everything stays as it is until the next run, and no attempt is counted.
    """
    until = time.monotonic() + longest
    sent = 0
    with _mail_server() as server:
        while time.monotonic() < until:
            email = _claim_one()
            if email is None:
                break
            with renewing(OutboxEmail.objects.held_by_sender(email)):
                outcome = _send_over(server, email)
            sent += outcome is SENT
            if outcome is BROKEN:
                break
    return sent


def retry_now(emails: OutboxEmailQuerySet) -> int:
    """Make failed e-mails of a queryset, and those to be retried later, due now; return how many.

    Those that the mail server refused start with no attempts.
    """
    refused = emails.filter(state=OutboxEmail.State.FAILED)
    count = refused.update(
        state=OutboxEmail.State.RENDERED, due_at=Now(), attempts=0, error="", leased_until=None
    )
    return count + emails.unsent().exclude(error="").update(due_at=Now())


def message_of(
    email: OutboxEmail,
    secrets: dict[str, str],
    backend: BaseEmailBackend | None = None,
) -> EmailMultiAlternatives:
    """Return the e-mail as Django sends it, with its secrets put in. Nothing is stored."""
    parts = fill(parts_of(email), secrets)
    others = email.other_recipients or {}
    message = EmailMultiAlternatives(
        subject=email.subject,
        body=parts.text or parts.html,
        from_email=email.sender,
        to=[address for address in [email.to, *others.get("to", [])] if address],
        cc=others.get("cc"),
        bcc=others.get("bcc"),
        headers={**parts.headers, "Message-ID": email.message_id},
        connection=backend,
    )
    if parts.html and parts.text:
        message.attach_alternative(parts.html, "text/html")
    elif parts.html:
        message.content_subtype = "html"
    for attachment in email.attachments.all():
        with attachment.file.open("rb") as file:
            message.attach(attachment.name, file.read(), attachment.mimetype)
    return message


class _MailServer:
    """A connection to the mail server, opened when it is needed and afresh every so often."""

    def __init__(self):
        self._backend, self._used = None, 0

    def backend(self):
        if self._used >= EMAILS_PER_CONNECTION:
            self.close()
        if self._backend is None:
            backend = get_connection(settings.EMAIL_DELIVERY_BACKEND)
            backend.open()
            self._backend = backend
        self._used += 1
        return self._backend

    def close(self):
        backend, self._backend, self._used = self._backend, None, 0
        if backend is not None:
            backend.close()


@contextmanager
def _mail_server() -> Iterator[_MailServer]:
    server = _MailServer()
    try:
        yield server
    finally:
        try:
            server.close()
        except Exception as error:
            logger.warning("The connection to the mail server ended with an error: %s", error)


def _claim_one():
    """Lease the next e-mail and return it, or None."""
    with transaction.atomic(durable=True):
        return OutboxEmail.objects.rendered().claim_next()


def _send_over(server, email):
    try:
        backend = server.backend()
    except Exception as error:
        _put_back(email)
        logger.warning("The mail server is away, e-mails wait: %s", error)
        return BROKEN
    return _send(email, backend)


def _put_back(email):
    """End the lease of an e-mail that was not tried."""
    OutboxEmail.objects.held_by_sender(email).update(attempts=F("attempts") - 1, leased_until=None)


def _send(email, backend):
    secrets = {}
    try:
        secrets = secrets_of(email)
        message = message_of(email, secrets, backend)
    except Exception as error:
        _note_failure(email, error, secrets)
        return NOT_SENT
    try:
        _deliver(message)
    except Exception as error:
        _note_failure(email, error, secrets)
        return NOT_SENT if _is_about_this_email(error) else BROKEN
    _mark_sent(email)
    return SENT


def _deliver(message):
    message.send()


def _mark_sent(email):
    """Record that the mail server has taken the e-mail: otherwise it would be sent again.

    Tried for as long as the lease is renewed, should the database be away just now.
    """
    until = time.monotonic() + LONGEST_WORK.total_seconds() - 60
    sent = {"state": OutboxEmail.State.SENT, "sent_at": Now(), "error": "", "leased_until": None}
    if not nothing_leaves():
        sent["sealed_secrets"] = ""
    while True:
        try:
            OutboxEmail.objects.filter(pk=email.pk).update(**sent)
            return
        except (OperationalError, InterfaceError) as error:
            if time.monotonic() > until:
                raise
            logger.warning("E-mail %s is sent, but cannot be marked yet: %s", email.pk, error)
            connection.close()
            time.sleep(PAUSE)


def _note_failure(email, error, secrets):
    """Put the e-mail off, or give it up.

    A mail server may repeat a link that it dislikes, so secrets are hidden in what it said.
    """
    reason = hide_in(str(error), secrets)
    is_final = _is_final(error) or email.attempts > MOST_ATTEMPTS
    logger.log(
        logging.ERROR if is_final else logging.WARNING,
        "E-mail %s to %s was not sent%s: %s",
        email.pk,
        email.to,
        "" if is_final else " and will be retried",
        reason,
    )
    OutboxEmail.objects.held_by_sender(email).update(
        state=OutboxEmail.State.FAILED if is_final else OutboxEmail.State.RENDERED,
        error=f"{type(error).__name__}: {reason}"[:500],
        due_at=Now() + timedelta(seconds=settings.EMAIL_RETRY_SECONDS),
        leased_until=None,
    )


def _is_final(error):
    """Return whether the server refuses this e-mail for good: its replies from 500 on."""
    return bool(codes := _codes(error)) and all(code >= 500 for code in codes)


def _is_about_this_email(error):
    """Return whether the fault lies with this e-mail, so that the next one may well be taken."""
    if isinstance(error, smtplib.SMTPServerDisconnected | smtplib.SMTPConnectError):
        return False
    if isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPHeloError):
        return False
    return isinstance(error, smtplib.SMTPException) or not isinstance(error, OSError)


def _codes(error):
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return [code for code, _words in error.recipients.values()]
    if isinstance(error, smtplib.SMTPDataError | smtplib.SMTPSenderRefused):
        return [error.smtp_code]
    return []
