"""Enqueue e-mails, in the transaction of the change that they report."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from psycopg.types.json import Jsonb

from accounts.models import User
from core.database.rows import run
from core.enqueue import enqueue_soon

from .content import store_content
from .kinds import MESSAGE, Urgency, get_kind
from .models import OutboxEmail
from .querysets import OutboxEmailQuerySet

# SQL, because every purchase sends one (see `core.database.rows`). The other columns have defaults
# in the database.
INSERT = """
INSERT INTO emails_outboxemail
    (kind, key, "to", user_id, language, about, due_at, urgency, attempts)
VALUES (%s, %s, %s, %s, %s, %s, coalesce(%s, now()), %s, 0) ON CONFLICT DO NOTHING
"""

# Separates the key of an e-mail from the number of times that it was sent again.
AGAIN = " again "


def enqueue_email(
    *,
    kind: str,
    key: str,
    to: str,
    about: Mapping[str, Any],
    user: User | None = None,
    language: str = "en",
    due_at: datetime | None = None,
) -> None:
    """Enqueue one e-mail, in the caller's transaction. Does nothing if the key exists already.

    `about` holds ids and references only, from which the renderer of this `kind` (see
    `emails.rendering.renders`) loads its data. Without `due_at` it is due at once. Without an
    address, as of a buyer at the door, nothing is enqueued. One statement.
    """
    if not to:
        return
    who = [kind, key, to, user and user.pk, language]
    run(INSERT, [*who, Jsonb(about), due_at, get_kind(kind).urgency])
    enqueue_soon("emails.tasks.render_due_emails")


def enqueue_emails(emails: Iterable[Mapping[str, Any]]) -> None:
    """Enqueue many e-mails in one statement: dictionaries of the arguments of `enqueue_email`.

    They can have an `urgency` other than that of their kind.
    """
    rows = [
        OutboxEmail(
            **{
                "urgency": get_kind(email["kind"]).urgency,
                **{name: value for name, value in email.items() if value is not None},
            }
        )
        for email in emails
        if email["to"]
    ]
    OutboxEmail.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    if rows:
        enqueue_soon("emails.tasks.render_due_emails")


def enqueue_again(email: OutboxEmail, *, to: str = "", language: str = "") -> OutboxEmail:
    """Enqueue the e-mail again, to be rendered anew; return the new one.

    It goes to the same recipient unless `to` and `language` name another.

    Two requests at the same time enqueue one.
    """
    first = email.key.partition(AGAIN)[0]
    times = OutboxEmail.objects.filter(key__startswith=first + AGAIN).count() + 1
    key = f"{first}{AGAIN}{times}"
    enqueue_email(
        kind=email.kind,
        key=key,
        to=to or email.to,
        about=email.about,
        user=email.user,
        language=language or email.language,
    )
    return OutboxEmail.objects.get(key=key)


def withdraw_emails(emails: OutboxEmailQuerySet) -> int:
    """Skip those of the e-mails that have not been sent yet; return how many.

    Runs in the transaction of the change that makes them outdated. An e-mail that is being sent at
    this moment is still sent.
    """
    return emails.unsent().update(state=OutboxEmail.State.SKIPPED)


def enqueue_message(
    *, to: str, other_recipients: Mapping[str, list[str]] | None = None, **content: Any
) -> OutboxEmail:
    """Enqueue an e-mail with its content, and return it.

    `content` is what `emails.content.store_content` takes. These are the most urgent e-mails:
    somebody may be waiting for a code.
    """
    email = OutboxEmail(
        kind=MESSAGE,
        key=f"{MESSAGE}:{secrets.token_hex(16)}",
        to=to,
        other_recipients=dict(other_recipients) if other_recipients else None,
        language=get_language() or "en",
        urgency=Urgency.TICKETS,
    )
    store_content(email, **content)
    return email
