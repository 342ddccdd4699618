"""A sample e-mail of each kind, to preview kinds that have never been sent.

What a sample reports is created in the database, so that the same renderer renders it with the same
queries as a real one, and rolled back before anybody else can see it.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone, translation

from accounts.models import User

from .messages import Message
from .models import OutboxEmail
from .rendering import preview


@dataclass(frozen=True)
class Sample:
    """What an e-mail of a kind is about, as `emails.outbox.enqueue_email` takes it."""

    about: dict[str, Any]
    user: User | None = None


Maker = Callable[[], Sample]

_makers: dict[str, Maker] = {}


def sample_for(kind: str) -> Callable[[Maker], Maker]:
    """Register the decorated function as the maker of samples of this kind.

    It creates what the e-mail reports, inside a transaction that is rolled back. Makers stand
    beside the renderer in the `emails` module of an app, or in its `samples` module.
    """

    def register(maker: Maker) -> Maker:
        _makers[kind] = maker
        return maker

    return register


def sample_of(kind: str) -> tuple[OutboxEmail, Message | None]:
    """Return a sample e-mail and its Message, in the active language. Nothing is stored."""
    with transaction.atomic():
        try:
            sample = _makers[kind]()
            email = OutboxEmail(
                kind=kind,
                key=f"sample:{kind}",
                to=sample.user.email if sample.user else "alice@example.com",
                user=sample.user,
                language=translation.get_language(),
                about=sample.about,
                created_at=timezone.now(),
            )
            return email, preview(email)
        finally:
            transaction.set_rollback(True)


def make_recipient(**fields: Any) -> User:
    """Create an account to send a sample to. Its address is nobody's, and new each time."""
    email = f"alice.{secrets.token_hex(4)}@example.com"
    return User.objects.create(email=email, name="Alice Archer", **fields)
