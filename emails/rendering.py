"""Writing owed letters: rendering each into the outgoing queue, exactly once."""

import logging
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone, translation

from core.enqueue import enqueue_soon

from .consents import wants
from .kinds import EmailKind, Urgency, declare, kind_named
from .messages import Message
from .models import OutboxEmail
from .opt_outs import unsubscribe_headers
from .queueing import message_id_for, queue_email
from .quiet_hours import next_allowed_time, recipient_zone

logger = logging.getLogger(__name__)

# A letter that could not be written is tried again after 1, 2, 4 … minutes, at most six hours.
# The same pause is its claim while it is being written.
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)

_writers = {}


def renders(kind, **facts):
    """Register the decorated function as the writer of letters of this kind.

    `facts` are those of `emails.kinds.Kind`: title, urgency, whether it may be refused.
    `writer(letter) -> Message | None` runs in the letter's language, inside the transaction that
    marks it written. None means that there is nothing left to say. If it raises, it is asked
    again later. Writers live in each room's `emails` module, which is found by itself.
    """

    if facts:
        declare(EmailKind(kind, **facts))

    def register(writer):
        _writers[kind] = writer
        return writer

    return register


def written_kinds():
    """Return every kind that somebody writes, the most urgent first."""
    kinds = map(kind_named, _writers)
    return sorted(kinds, key=lambda kind: (-kind.urgency, kind.name))


def render_due_emails(batch=50):
    """Write up to `batch` letters that are due; return how many were taken up.

    Not inside a transaction. Several may run at once, and each may die at any moment: a letter is
    marked written in the transaction that puts it into the queue, while its row is locked. It is
    taken up on its own, so that one that cannot be written keeps no other one waiting.
    """
    for number in range(batch):
        letter = _take_up_one()
        if letter is None:
            return number
        _write(letter)
    return batch


def write_at_once(letters):
    """Make those of a queryset due that are not written yet; return how many."""
    count = letters.unwritten().update(due_at=Now())
    enqueue_soon("emails.tasks.render_due_emails")
    return count


def preview(letter):
    """Return the Message that the letter would be now, or None. Changes nothing."""
    with translation.override(letter.language):
        return _writer_of(letter)(letter)


def _take_up_one():
    """Put off the next try of the letter that is due longest, and return it, or None.

    Committed before the letter is written: if writing it kills the process, the next process
    begins with another letter.
    """
    with transaction.atomic(durable=True):
        letter = _most_urgent()
        if letter is not None:
            pause = min(FIRST_PAUSE * 2 ** min(letter.attempts, 20), LONGEST_PAUSE)
            OutboxEmail.objects.filter(pk=letter.pk).update(
                attempts=F("attempts") + 1, due_at=Now() + pause
            )
    return letter


def _most_urgent():
    """Lock the letter to write next: tickets before reminders before news, however many wait.

    A question for each urgency, each answered by the first entry of an index.
    """
    for urgency in sorted(Urgency, reverse=True):
        letter = OutboxEmail.objects.claimed(1, urgency).first()
        if letter is not None:
            return letter
    return None


def _write(letter):
    try:
        with transaction.atomic(durable=True):
            letter = OutboxEmail.objects.unwritten().for_writing().filter(pk=letter.pk).first()
            if letter is not None:
                _put_into_queue(letter)
    except Exception as error:
        logger.exception("Letter %s could not be written.", letter.key)
        failure = f"{type(error).__name__}: {error}"[:300]
        OutboxEmail.objects.unwritten().filter(pk=letter.pk).update(failure=failure)


def _put_into_queue(letter):
    if morning := _morning_to_wait_for(letter):
        OutboxEmail.objects.filter(pk=letter.pk).update(due_at=morning, attempts=0)
        return
    message = preview(letter) if wants(email=letter.to, kind=letter.kind) else None
    if message is not None:
        letter.email = _queue(letter, message)
    OutboxEmail.objects.filter(pk=letter.pk).update(
        email=letter.email, written_at=Now(), failure=""
    )


def _morning_to_wait_for(letter):
    """Return when to write news that came late (no worker was there) and would go out at night."""
    if not kind_named(letter.kind).is_news:
        return None
    zone, now = letter.about.get("zone"), timezone.now()
    zone = ZoneInfo(zone) if zone else recipient_zone(letter.user)
    morning = next_allowed_time(now, zone)
    return morning if morning > now else None


def _writer_of(letter):
    if letter.kind not in _writers:
        raise LookupError(f"Nobody writes letters of the kind {letter.kind!r}.")
    return _writers[letter.kind]


def _queue(letter, message: Message):
    kind = kind_named(letter.kind)
    secrets = dict(message.secrets)
    unsubscribe = unsubscribe_headers(email=letter.to, kind=letter.kind)
    if unsubscribe:
        secrets["unsubscribe_header"] = unsubscribe["List-Unsubscribe"].strip("<>")
    return queue_email(
        to=[letter.to],
        sender=settings.NEWS_FROM_EMAIL if kind.is_news else None,
        priority=kind.urgency,
        subject=message.subject,
        text=message.text,
        html=message.html,
        attachments=message.attachments,
        headers={
            # Keeps out-of-office answers from coming back (RFC 3834).
            "Auto-Submitted": "auto-generated",
            **({"Reply-To": settings.REPLY_TO_EMAIL} if settings.REPLY_TO_EMAIL else {}),
            **unsubscribe,
            **message.headers,
        },
        message_id=message_id_for(letter.key),
        secrets=secrets,
    )
