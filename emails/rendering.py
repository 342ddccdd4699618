"""Render enqueued e-mails, each exactly once."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone, translation

from organisation.current import current_organisation

from .consents import accepts_email
from .content import store_content
from .kinds import EmailKind, get_kind, register_kind
from .messages import Message
from .models import OutboxEmail
from .opt_outs import unsubscribe_headers
from .quiet_hours import next_allowed_time, recipient_zone

logger = logging.getLogger(__name__)

# A failed e-mail is tried again after 1, 2, 4 … minutes, up to six hours.
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)

Renderer = Callable[[OutboxEmail], Message | None]

_renderers: dict[str, Renderer] = {}


def renders(kind: str, **options: Any) -> Callable[[Renderer], Renderer]:
    """Register the decorated function as the renderer of e-mails of this kind.

    `options` are those of `emails.kinds.EmailKind`: title, urgency, consent. The renderer takes the
    OutboxEmail and runs in its language, inside the transaction that stores the result. It returns
    None if the e-mail is no longer needed. If it raises, it is tried again later. Renderers are
    found in the `emails` module of each app.
    """
    if options:
        register_kind(EmailKind(kind, **options))

    def register(renderer: Renderer) -> Renderer:
        _renderers[kind] = renderer
        return renderer

    return register


def rendered_kinds() -> list[EmailKind]:
    """Return every kind that has a renderer, the most urgent first."""
    kinds = map(get_kind, _renderers)
    return sorted(kinds, key=lambda kind: (-kind.urgency, kind.name))


def render_due_emails(batch: int = 50) -> int:
    """Render up to `batch` e-mails that are due; return how many were tried.

    Must not run inside a transaction. Several workers can run at once, and each can be killed: an
    e-mail is marked as rendered in the transaction that stores its content, while its row is
    locked. Each is claimed separately, so that an e-mail that cannot be rendered does not delay
    others.
    """
    for number in range(batch):
        email = _claim_one()
        if email is None:
            return number
        _render(email)
    return batch


def preview(email: OutboxEmail) -> Message | None:
    """Return the Message of the e-mail as rendered now, or None. Stores nothing."""
    with translation.override(email.language):
        return _renderer_of(email)(email)


def _claim_one():
    """Lease the e-mail to render next and return it, or None.

    The claim is committed before rendering: if rendering it kills the process, the next process
    starts with another e-mail. A repeated attempt is postponed as after an error.
    """
    with transaction.atomic(durable=True):
        email = OutboxEmail.objects.queued().claim_next()
        if email is not None and email.attempts > 1:
            OutboxEmail.objects.filter(pk=email.pk).update(due_at=_next_attempt(email))
    return email


def _next_attempt(email):
    return Now() + min(FIRST_PAUSE * 2 ** min(email.attempts - 1, 20), LONGEST_PAUSE)


def _render(email):
    try:
        with transaction.atomic(durable=True):
            queued = OutboxEmail.objects.queued().locked_for_rendering().filter(pk=email.pk)
            if (locked := queued.first()) is not None:
                _render_locked(locked)
    except Exception as error:
        logger.exception("E-mail %s could not be rendered.", email.key)
        OutboxEmail.objects.queued().filter(pk=email.pk).update(
            error=f"{type(error).__name__}: {error}"[:300],
            due_at=_next_attempt(email),
            leased_until=None,
        )


def _render_locked(email):
    row = OutboxEmail.objects.filter(pk=email.pk)
    if morning := _next_allowed_morning(email):
        row.update(due_at=morning, attempts=0, leased_until=None)
        return
    message = preview(email) if accepts_email(email=email.to, kind=email.kind) else None
    if message is None:
        row.update(state=OutboxEmail.State.SKIPPED, error="", leased_until=None)
    else:
        _store(email, message)


def _next_allowed_morning(email: OutboxEmail) -> datetime | None:
    """Return the next allowed time for news that are late after an outage and due at night."""
    if not get_kind(email.kind).is_news:
        return None
    zone, now = email.about.get("zone"), timezone.now()
    zone = ZoneInfo(zone) if zone else recipient_zone(email.user)
    morning = next_allowed_time(now, zone)
    return morning if morning > now else None


def _renderer_of(email):
    if email.kind not in _renderers:
        raise LookupError(f"There is no renderer for e-mails of the kind {email.kind!r}.")
    return _renderers[email.kind]


def _store(email, message):
    secrets, organisation = dict(message.secrets), current_organisation()
    unsubscribe = unsubscribe_headers(email=email.to, kind=email.kind)
    if unsubscribe:
        secrets["unsubscribe_header"] = unsubscribe["List-Unsubscribe"].strip("<>")
    store_content(
        email,
        sender=organisation.news_sender if get_kind(email.kind).is_news else None,
        subject=message.subject,
        text=message.text,
        html=message.html,
        attachments=message.attachments,
        headers={
            # Prevents out-of-office replies (RFC 3834).
            "Auto-Submitted": "auto-generated",
            **({"Reply-To": organisation.reply_to} if organisation.reply_to else {}),
            **unsubscribe,
            **message.headers,
        },
        secrets=secrets,
    )
