"""Who is acting just now, for the trail alone; nothing else in the house asks here.

Changes are written down only while staff act. For everybody else django-auditlog is switched off
before it asks the database anything, so that a customer's request costs not one query more.
"""

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
def acting(user, address=None):
    """Write down what is changed inside as the doing of this member of staff."""
    who = _acting.set((user, address))
    switch = auditlog_disabled.set(False)
    try:
        yield
    finally:
        auditlog_disabled.reset(switch)
        _acting.reset(who)


@contextmanager
def unwatched():
    """Write nothing down of what is changed inside: it is the doing of a customer, or of nobody."""
    switch = auditlog_disabled.set(True)
    try:
        yield
    finally:
        auditlog_disabled.reset(switch)


@receiver(pre_save, sender=LogEntry)
def _sign(sender, instance, **kwargs):
    if instance._state.adding and (who := _acting.get()):
        user, instance.remote_addr = who
        instance.actor, instance.actor_email = user, user.email
