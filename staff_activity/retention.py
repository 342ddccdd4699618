"""The trail is not kept for ever: what is known of staff is forgotten after its time, and what is
known of others as soon as they are forgotten everywhere else.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models.signals import post_delete, pre_delete
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.signals import account_closed
from core.batches import in_batches

from .models import FieldChange, SignIn, StaffAction
from .registry import hidden

BATCH = 5000
# Who an account is, among its fields that are watched.
PERSONAL = {"email", "name", "time_zone"}


def erase_old_staff_activity(now: datetime | None = None) -> int:
    """Delete log-ins after KEEP_SIGN_INS_DAYS, changes and steps after KEEP_STAFF_ACTIVITY_DAYS.

    Returns how many lines. In batches, each of which may be the last before it is killed.
    """
    now = now or timezone.now()
    changes_before = now - timedelta(days=settings.KEEP_STAFF_ACTIVITY_DAYS)
    return (
        in_batches(
            _forget, SignIn.objects.before(now - timedelta(days=settings.KEEP_SIGN_INS_DAYS))
        )
        + in_batches(_forget, FieldChange.objects.filter(timestamp__lt=changes_before))
        + in_batches(_forget, StaffAction.objects.filter(action_time__lt=changes_before))
    )


@receiver(account_closed)
def forget_closed_account(sender: Any, user: User, email: str, **kwargs: Any) -> None:
    _forget_log_ins(user.pk, email)
    _forget_changes(user.pk)


@receiver(pre_delete, sender=User)
def forget_log_ins_of_deleted(sender: Any, instance: User, **kwargs: Any) -> None:
    """Before they lose their account, by which they are found."""
    _forget_log_ins(instance.pk, instance.email)


@receiver(post_delete, sender=User)
def forget_changes_of_deleted(sender: Any, instance: User, **kwargs: Any) -> None:
    """After the line that tells of the deletion was written."""
    _forget_changes(instance.pk)


def _forget_log_ins(pk, email):
    """Leave that somebody came in, and take out from where."""
    SignIn.objects.filter(user=pk).update(address=None, browser="")
    SignIn.objects.filter(typed=email).update(typed="", address=None, browser="")


def _forget_changes(pk):
    """Leave what was done with an account, under its number, and take out whose it was."""
    kind, name = ContentType.objects.get_for_model(User), _("account %s") % pk
    steps = StaffAction.objects.filter(content_type=kind, object_id=str(pk))
    steps.update(object_repr=name)
    for change in FieldChange.objects.filter(content_type=kind, object_pk=str(pk)):
        change.object_repr, changes = name, change.changes or {}
        for field in PERSONAL & set(changes):
            changes[field] = [hidden(value) for value in changes[field]]
        change.save(update_fields=["object_repr", "changes"])


def _forget(old):
    ids = list(old.order_by("pk").values_list("pk", flat=True)[:BATCH])
    old.model.objects.filter(pk__in=ids).delete()
    return len(ids)
