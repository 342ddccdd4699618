"""The trail is not kept for ever: what is known of staff is forgotten after its time."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from .models import Change, LogIn, Step

BATCH = 5000


def forget_old_trail(now=None):
    """Delete log-ins after KEEP_LOGINS_DAYS, changes and steps after KEEP_TRAIL_DAYS.

    Returns how many lines. In batches, each of which may be the last before it is killed.
    """
    now = now or timezone.now()
    changes_before = now - timedelta(days=settings.KEEP_TRAIL_DAYS)
    return (
        _forget(LogIn.objects.before(now - timedelta(days=settings.KEEP_LOGINS_DAYS)))
        + _forget(Change.objects.filter(timestamp__lt=changes_before))
        + _forget(Step.objects.filter(action_time__lt=changes_before))
    )


def _forget(old):
    forgotten = 0
    while ids := list(old.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        old.model.objects.filter(pk__in=ids).delete()
        forgotten += len(ids)
    return forgotten
