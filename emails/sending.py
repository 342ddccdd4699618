"""Send rendered e-mails: each is leased, sent and marked as sent, one after the other.

SMTP does not allow to send exactly once: if a sender is killed between the server's "250" and the
commit of the mark, or a server accepts an e-mail and fails before replying, that e-mail is sent
again, with the same Message-ID, by which mailboxes can recognise it. No e-mail is lost. The mark is
a single statement; while the database is unavailable it is retried.
"""

import logging
import smtplib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from core.leases import LONGEST_WORK, renewing
from organisation.mail_server import mail_backend

from .content import parts_of, secrets_of
from .models import OutboxEmail
from .querysets import OutboxEmailQuerySet
from .secrets import fill, hide_in, sends_no_email

logger = logging.getLogger(__name__)

# An e-mail fails after this many attempts.
MAX_ATTEMPTS = 40
# Seconds between attempts to mark an e-mail as sent.
PAUSE = 0.5
# Seconds after which a run ends; the next one continues.
LONGEST_RUN = 50
# Many servers close a connection after some number of e-mails.
EMAILS_PER_CONNECTION = 50

SENT, UNDELIVERED, BROKEN = object(), object(), object()


def send_queued_emails(longest: float = LONGEST_RUN) -> int:
    """Send the rendered e-mails that are due, for `longest` seconds; return how many were sent.

    Must not run inside a transaction. Several can run at once, on any number of machines. While the
    mail server is unavailable, nothing changes until the next run, and no attempt is counted.
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
    """Make failed and postponed e-mails of a queryset due now; return how many.

    For those that the mail server refused, the count of attempts starts again.
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
    """Return the e-mail as a Django message, with its secrets filled in. Stores nothing."""
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
    """A connection to the mail server, opened when needed and renewed regularly."""

    def __init__(self):
        self._backend, self._used = None, 0

    def backend(self):
        if self._used >= EMAILS_PER_CONNECTION:
            self.close()
        if self._backend is None:
            backend = mail_backend()
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
        _release(email)
        logger.warning("The mail server is away, e-mails wait: %s", error)
        return BROKEN
    return _send(email, backend)


def _release(email):
    """End the lease of an e-mail that was not tried."""
    OutboxEmail.objects.held_by_sender(email).update(attempts=F("attempts") - 1, leased_until=None)


def _send(email, backend):
    secrets = {}
    try:
        secrets = secrets_of(email)
        message = message_of(email, secrets, backend)
    except Exception as error:
        _record_failure(email, error, secrets)
        return UNDELIVERED
    try:
        _deliver(message)
    except Exception as error:
        _record_failure(email, error, secrets)
        return UNDELIVERED if _is_about_this_email(error) else BROKEN
    _mark_sent(email)
    return SENT


def _deliver(message):
    message.send()


def _mark_sent(email):
    """Record that the mail server has accepted the e-mail; otherwise it would be sent again.

    Retried while the database is unavailable, for as long as the lease is renewed.
    """
    until = time.monotonic() + LONGEST_WORK.total_seconds() - 60
    sent = {"state": OutboxEmail.State.SENT, "sent_at": Now(), "error": "", "leased_until": None}
    if not sends_no_email():
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


def _record_failure(email, error, secrets):
    """Postpone the e-mail, or mark it as failed.

    Mail servers can repeat parts of an e-mail in their reply, so secrets are hidden in it.
    """
    reason = hide_in(str(error), secrets)
    is_final = _is_final(error) or email.attempts > MAX_ATTEMPTS
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
    """Return whether the server rejects this e-mail permanently: reply codes from 500 on."""
    return bool(codes := _codes(error)) and all(code >= 500 for code in codes)


def _is_about_this_email(error):
    """Return whether the error concerns this e-mail only, so that others can be sent."""
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
