"""Sending the outgoing queue.

The queue and its history are django-post_office's. Its sender is not used: it keeps a batch of a
hundred letters in memory and marks them sent at the end, so that a sender that is killed sends
up to a hundred letters twice, and its lock is a file that other machines do not see. Here each
letter is claimed in the database, sent, and marked, one after the other.

What SMTP cannot promise: between the server's "250, taken" and our mark in the database lies an
instant. A sender that is killed in it, or a server that takes a letter and dies before saying so,
cannot be told from one that did not get so far. That one letter is sent again, with the same
Message-ID, by which mailboxes can tell; none is lost. The instant is one statement long: a database
that is away just then is waited for.
"""

import logging
import smtplib
import time
from contextlib import contextmanager
from datetime import timedelta

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Now
from post_office.connections import connections
from post_office.models import STATUS, Email, Log
from post_office.settings import get_default_mailer, get_max_retries, get_retry_timedelta

from .models import EmailSecrets
from .secrets import Parts, fill, hide_in, nothing_leaves, unseal

logger = logging.getLogger(__name__)

WAITING = [STATUS.queued, STATUS.requeued]

# Who claims a letter has it to itself for so long: longer than a mail server may take.
CLAIM = timedelta(minutes=10)

# Seconds between two tries to mark a letter that has been sent.
PAUSE = 0.5

# A run ends after so many seconds; the next one goes on.
LONGEST_RUN = 50

# Many servers end a conversation after so many letters.
LETTERS_BY_CONNECTION = 50


def send_queued_emails(longest=LONGEST_RUN):
    """Send what waits in the queue, and return how many letters were sent.

    Not inside a transaction. Several may run at once, on any number of machines. When the mail
    server is away, everything stays as it is until the next run; no letter's tries are used up.
    """
    until = time.monotonic() + longest
    sent = 0
    with _conversations() as talk:
        while time.monotonic() < until:
            email = _claim_one()
            if email is None:
                break
            try:
                connection = talk.connection_for(email)
            except Exception as error:
                _put_back(email)
                logger.warning("The mail server is away, letters wait: %s", error)
                break
            outcome = _send(email, connection)
            sent += outcome is SENT
            if outcome is BROKEN:
                break
    return sent


def requeue(emails):
    """Put failed letters of a queryset into the queue again, as if new. Return how many."""
    return emails.filter(status=STATUS.failed).update(
        status=STATUS.queued, scheduled_time=None, number_of_retries=0, last_updated=Now()
    )


SENT, NOT_SENT, BROKEN = object(), object(), object()


class _Conversations:
    """One connection for each of the queue's backends, begun afresh every so often."""

    def __init__(self):
        self.letters = 0

    def connection_for(self, email):
        if self.letters >= LETTERS_BY_CONNECTION:
            connections.close()
            self.letters = 0
        self.letters += 1
        return connections[email.backend_alias or get_default_mailer()]


@contextmanager
def _conversations():
    try:
        yield _Conversations()
    finally:
        try:
            connections.close()
        except Exception as error:
            logger.warning("The mail server did not say good-bye: %s", error)


def _claim_one():
    """Take the next letter of the queue for a while, and return it, or None."""
    with transaction.atomic(durable=True):
        email = (
            Email.objects.filter(status__in=WAITING)
            .exclude(scheduled_time__gt=Now())
            .exclude(expires_at__lte=Now())
            .order_by("-priority", "pk")
            .select_for_update(skip_locked=True, of=("self",))
            .first()
        )
        if email is not None:
            Email.objects.filter(pk=email.pk).update(scheduled_time=Now() + CLAIM)
    return email


def secrets_of(email):
    """Return the secrets of an e-mail that is not sent yet. Raises SecretsUnreadable."""
    sealed = EmailSecrets.objects.filter(email=email).values_list("sealed", flat=True).first()
    return unseal(sealed) if sealed else {}


def _put_back(email):
    Email.objects.filter(pk=email.pk, status__in=WAITING).update(scheduled_time=None)


def _send(email, connection):
    secrets = {}
    try:
        secrets = secrets_of(email)
        _fill_in(email, secrets)
        email.dispatch(commit=False, disconnect_after_delivery=False, connection=connection)
    except Exception as error:
        return _note_failure(email, error, secrets)
    _mark_sent(email)
    return SENT


def _fill_in(email, secrets):
    """Put the secrets into the e-mail in memory, from which it is sent. Nothing is stored."""
    parts = fill(Parts(email.message, email.html_message, email.headers or {}), secrets)
    email.message, email.html_message, email.headers = parts.text, parts.html, parts.headers


def _mark_sent(email):
    """Note that the mail server has taken the letter: without this note it would be sent again.

    So it is tried for as long as the letter is claimed, should the database be away just now.
    """
    until = time.monotonic() + CLAIM.total_seconds() - 60
    while True:
        try:
            Email.objects.filter(pk=email.pk).update(status=STATUS.sent, last_updated=Now())
            if not nothing_leaves():
                EmailSecrets.objects.filter(email=email).delete()
            return
        except (OperationalError, InterfaceError) as error:
            if time.monotonic() > until:
                raise
            logger.warning("Letter %s is sent, but cannot be marked yet: %s", email.pk, error)
            connection.close()
            time.sleep(PAUSE)


def _note_failure(email, error, secrets):
    """Put the letter off, or give it up; say whether the conversation can go on.

    A mail server may repeat a link that it dislikes, so secrets are hidden in what it said.
    """
    words = hide_in(str(error), secrets)
    tried = (email.number_of_retries or 0) + 1
    given_up = _is_final(error) or tried > get_max_retries()
    logger.log(
        logging.ERROR if given_up else logging.WARNING,
        "Letter %s to %s was not taken%s: %s",
        email.pk,
        ", ".join(email.to),
        "" if given_up else " and is put off",
        words,
    )
    with transaction.atomic(durable=True):
        Email.objects.filter(pk=email.pk).update(
            status=STATUS.failed if given_up else STATUS.requeued,
            number_of_retries=Coalesce(F("number_of_retries"), 0) + 1,
            scheduled_time=Now() + get_retry_timedelta(),
            last_updated=Now(),
        )
        Log.objects.create(
            email=email,
            status=STATUS.failed,
            message=words,
            exception_type=type(error).__name__,
        )
    return NOT_SENT if _is_about_the_letter(error) else BROKEN


def _is_final(error):
    """Whether the server refuses this letter for good: its answers from 500 on."""
    return bool(codes := _codes(error)) and all(code >= 500 for code in codes)


def _is_about_the_letter(error):
    """Whether the fault lies with this letter, so that the next one may well be taken."""
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
