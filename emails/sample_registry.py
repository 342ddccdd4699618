"""A letter of each kind to somebody made up, for a house that has never owed one.

What such a letter tells of is made in the database, so that it is written by the same writer from
the same questions as a true one, and taken back before anybody else can see it.
"""

import secrets
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone, translation

from accounts.models import User

from .models import OutboxEmail
from .rendering import preview

_makers = {}


@dataclass(frozen=True)
class Sample:
    """What a letter of a kind is about, as `emails.outbox.enqueue_email` takes it."""

    about: dict
    user: User | None = None


def sample_for(kind):
    """Register the decorated function as the maker of samples of this kind.

    `maker() -> Sample` makes what the letter tells of, inside a transaction that is rolled back.
    Makers live in each room's `samples` module, which is found by itself.
    """

    def register(maker):
        _makers[kind] = maker
        return maker

    return register


def sample_of(kind):
    """Return (letter, Message) of a made-up letter in the language in force. Nothing is kept."""
    with transaction.atomic():
        try:
            sample = _makers[kind]()
            letter = OutboxEmail(
                kind=kind,
                key=f"sample:{kind}",
                to=sample.user.email if sample.user else "alice@example.com",
                user=sample.user,
                language=translation.get_language(),
                about=sample.about,
                created_at=timezone.now(),
            )
            return letter, preview(letter)
        finally:
            transaction.set_rollback(True)


def make_reader(**fields):
    """Make an account to write to. Its address is nobody's, and new each time."""
    email = f"alice.{secrets.token_hex(4)}@example.com"
    return User.objects.create(email=email, name="Alice Archer", **fields)
