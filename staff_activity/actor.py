"""Who is acting just now, for the trail alone; nothing else in the house asks here.

Changes are written down only while staff act. For everybody else django-auditlog is switched off
before it asks the database anything, so that a customer's request costs not one query more.
"""

import getpass
from contextlib import contextmanager
from contextvars import ContextVar

from auditlog.context import auditlog_disabled
from auditlog.models import LogEntry
from django.db.models.signals import pre_save
from django.dispatch import receiver

_acting = ContextVar("trail_acting", default=None)


def watch_nobody():
    """From here on, in this thread: tasks, migrations and commands are nobody's doing."""
    auditlog_disabled.set(True)


@contextmanager
def acting_as(user, address=None):
    """Write down what is changed inside as the doing of this member of staff."""
    with _written_down(actor=user, actor_email=user.email, remote_addr=address):
        yield


@contextmanager
def acting_from_command_line():
    """Write down what is changed inside as done at the terminal, by whoever is logged in there.

    The machine knows them under names of its own, which are no accounts of the house.
    """
    with _written_down(actor_email=f"terminal ({_login()})"):
        yield


def signature():
    """Return who is acting, as fields of a line of the trail; empty if nobody is written down."""
    return {} if auditlog_disabled.get() else _acting.get() or {}


@contextmanager
def unwatched():
    """Write nothing down of what is changed inside: it is the doing of a customer, or of nobody."""
    switch = auditlog_disabled.set(True)
    try:
        yield
    finally:
        auditlog_disabled.reset(switch)


@contextmanager
def _written_down(**who):
    mark = _acting.set(who)
    switch = auditlog_disabled.set(False)
    try:
        yield
    finally:
        auditlog_disabled.reset(switch)
        _acting.reset(mark)


def _login():
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "?"  # In a container, under a number that has no name.


@receiver(pre_save, sender=LogEntry)
def _sign(sender, instance, **kwargs):
    if instance._state.adding:
        for name, value in signature().items():
            setattr(instance, name, value)
