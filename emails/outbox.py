"""Owing letters: written down with the fact that they tell of, in the same transaction."""

from psycopg.types.json import Jsonb

from core.database.rows import run
from core.enqueue import enqueue_soon

from .kinds import kind_named
from .models import OutboxEmail

# By hand, because every purchase owes one (see `core.database.rows`).
OWE = """
INSERT INTO emails_outboxemail
    (kind, key, "to", user_id, language, about, due_at, urgency, attempts, failure)
VALUES (%s, %s, %s, %s, %s, %s, coalesce(%s, now()), %s, 0, '') ON CONFLICT DO NOTHING
"""

# Between the key of a letter and the number of times that it was owed again.
AGAIN = " again "


def enqueue_email(*, kind, key, to, about, user=None, language="en", due_at=None):
    """Owe one letter, from inside the caller's transaction. Owing the same `key` again is nothing.

    `about` holds ids and references only, from which the writer of this `kind` (see
    `emails.rendering.writes`) finds its subject again. Without `due_at` it is due at once. One
    statement, and no call to anything but the database. Nothing is owed to nobody: whoever bought
    at the door may have left no address.
    """
    if not to:
        return
    who = [kind, key, to, user and user.pk, language]
    run(OWE, [*who, Jsonb(about), due_at, kind_named(kind).urgency])
    enqueue_soon("emails.tasks.render_due_emails")


def enqueue_emails(letters):
    """Owe many letters in one statement: dictionaries of what `enqueue_email` takes.

    As `enqueue_email`, nothing to nobody.
    """
    rows = [
        OutboxEmail(
            urgency=kind_named(letter["kind"]).urgency,
            **{name: value for name, value in letter.items() if value is not None},
        )
        for letter in letters
        if letter["to"]
    ]
    OutboxEmail.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    if rows:
        enqueue_soon("emails.tasks.render_due_emails")


def enqueue_again(letter):
    """Owe the letter once more, to be written afresh; return the new one.

    Asked twice in the same instant, it is owed once more, not twice.
    """
    first = letter.key.partition(AGAIN)[0]
    times = OutboxEmail.objects.filter(key__startswith=first + AGAIN).count() + 1
    key = f"{first}{AGAIN}{times}"
    enqueue_email(
        kind=letter.kind,
        key=key,
        to=letter.to,
        about=letter.about,
        user=letter.user,
        language=letter.language,
    )
    return OutboxEmail.objects.get(key=key)
