"""Delete old staff activity, and personal data of deleted accounts.

Personal data of others is erased as soon as it is erased everywhere else.
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
from core.background import in_batches

from .models import FieldChange, SignIn, StaffAction
from .registry import masked

BATCH = 5000
# Recorded fields that identify the person.
PERSONAL = {"email", "name", "time_zone"}


def erase_old_staff_activity(now: datetime | None = None) -> int:
    """Delete sign-ins after KEEP_SIGN_INS_DAYS, other rows after KEEP_STAFF_ACTIVITY_DAYS.

    Returns how many rows. Works in batches, so it can be interrupted.
    """
    now = now or timezone.now()
    changes_before = now - timedelta(days=settings.KEEP_STAFF_ACTIVITY_DAYS)
    return (
        in_batches(
            _delete_batch, SignIn.objects.before(now - timedelta(days=settings.KEEP_SIGN_INS_DAYS))
        )
        + in_batches(_delete_batch, FieldChange.objects.filter(timestamp__lt=changes_before))
        + in_batches(_delete_batch, StaffAction.objects.filter(action_time__lt=changes_before))
    )


@receiver(account_closed)
def erase_closed_account(sender: Any, user: User, email: str, **kwargs: Any) -> None:
    _erase_sign_ins(user.pk, email)
    _erase_changes(user.pk)


@receiver(pre_delete, sender=User)
def erase_sign_ins_of_deleted(sender: Any, instance: User, **kwargs: Any) -> None:
    """Run before the account is deleted, because the sign-ins are found by it."""
    _erase_sign_ins(instance.pk, instance.email)


@receiver(post_delete, sender=User)
def erase_changes_of_deleted(sender: Any, instance: User, **kwargs: Any) -> None:
    """Run after the deletion has been recorded."""
    _erase_changes(instance.pk)


def _erase_sign_ins(pk, email):
    """Keep the sign-ins, but erase network address and browser."""
    SignIn.objects.filter(user=pk).update(address=None, browser="")
    SignIn.objects.filter(typed=email).update(typed="", address=None, browser="")


def _erase_changes(pk):
    """Keep the changes under the account's id, but erase who it was."""
    kind, name = ContentType.objects.get_for_model(User), _("account %s") % pk
    steps = StaffAction.objects.filter(content_type=kind, object_id=str(pk))
    steps.update(object_repr=name)
    for change in FieldChange.objects.filter(content_type=kind, object_pk=str(pk)):
        change.object_repr, changes = name, change.changes or {}
        for field in PERSONAL & set(changes):
            changes[field] = [masked(value) for value in changes[field]]
        change.save(update_fields=["object_repr", "changes"])


def _delete_batch(old):
    ids = list(old.order_by("pk").values_list("pk", flat=True)[:BATCH])
    old.model.objects.filter(pk__in=ids).delete()
    return len(ids)
