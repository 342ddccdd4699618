"""A sample e-mail of each kind, to preview kinds that have never been sent.

A sample creates its rows in the database and renders them with the real renderer; then everything
is rolled back.
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
    """The data of a sample e-mail, as `emails.outbox.enqueue_email` takes it."""

    about: dict[str, Any]
    user: User | None = None


SampleFactory = Callable[[], Sample]

_factories: dict[str, SampleFactory] = {}


def sample_for(kind: str) -> Callable[[SampleFactory], SampleFactory]:
    """Register the decorated function as the factory of samples of this kind.

    It creates the rows that the e-mail reports, inside a transaction that is rolled back. Factories
    are beside the renderer in the `emails` module of an app, or in its `samples` module.
    """

    def register(create_sample: SampleFactory) -> SampleFactory:
        _factories[kind] = create_sample
        return create_sample

    return register


def has_sample(kind: str) -> bool:
    """Return whether there are samples of this kind; there are none of what staff write."""
    return kind in _factories


def sample_of(kind: str) -> tuple[OutboxEmail, Message | None]:
    """Return a sample e-mail and its Message, in the active language. Nothing is stored."""
    with transaction.atomic():
        try:
            sample = _factories[kind]()
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
    """Create an account to send a sample to. Its address is unique and undeliverable."""
    email = f"alice.{secrets.token_hex(4)}@example.com"
    return User.objects.create(email=email, name="Alice Archer", **fields)
