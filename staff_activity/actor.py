"""The member of staff whose request or command is running, for staff activity.

Changes are recorded only while staff act. For everyone else django-auditlog is switched off before
it queries the database, so that a customer's request costs no further query.
"""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from auditlog.context import auditlog_disabled
from auditlog.models import LogEntry
from django.db.models.signals import pre_save
from django.dispatch import receiver

if TYPE_CHECKING:
    from accounts.models import User

_acting = ContextVar("staff_activity_actor", default=None)


def record_nothing() -> None:
    """Record no changes in this thread by default, as in tasks and migrations."""
    auditlog_disabled.set(True)


@contextmanager
def acting_as(user: "User", address: str | None = None) -> Iterator[None]:
    """Record the changes made inside under this member of staff."""
    with _recorded(actor=user, actor_email=user.email, remote_addr=address):
        yield


@contextmanager
def acting_from_command_line() -> Iterator[None]:
    """Record the changes made inside under the system user, actor is not an account of the site."""
    with _recorded(actor_email=f"terminal ({_login()})"):
        yield


def signature() -> dict[str, Any]:
    """Return the acting user as fields of a FieldChange; empty if nothing is recorded."""
    return {} if auditlog_disabled.get() else _acting.get() or {}


@contextmanager
def not_recorded() -> Iterator[None]:
    """Record no changes made inside: a customer or a task makes them."""
    token = auditlog_disabled.set(True)
    try:
        yield
    finally:
        auditlog_disabled.reset(token)


@contextmanager
def _recorded(**actor):
    previous = _acting.set(actor)
    token = auditlog_disabled.set(False)
    try:
        yield
    finally:
        auditlog_disabled.reset(token)
        _acting.reset(previous)


def _login():
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "?"  # In a container, where the user id has no name.


@receiver(pre_save, sender=LogEntry)
def _sign(sender, instance, **kwargs):
    if instance._state.adding:
        for name, value in signature().items():
            setattr(instance, name, value)
