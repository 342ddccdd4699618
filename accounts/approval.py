"""Approval of new accounts by staff, where the organisation requires it."""

from collections.abc import Iterable

from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from .models import User
from .signals import account_approved


@transaction.atomic
def approve_accounts(*, users: Iterable[User], by: User) -> list[User]:
    """Approve those of the users who wait for approval, and return them.

    Locks the waiting accounts in the order of their primary keys, so that concurrent approvals
    approve each account once. Writes a log entry in the name of `by` and sends `account_approved`,
    whose listener queues an e-mail to the customer.
    """
    waiting = list(
        User.objects.awaiting_approval()
        .filter(pk__in=[user.pk for user in users])
        .order_by("pk")
        .select_for_update()
    )
    now = timezone.now()
    for user in waiting:
        user.approved_at = now
        user.save(update_fields=["approved_at"])
        account_approved.send(sender=User, user=user)
    if waiting:
        LogEntry.objects.log_actions(by.pk, waiting, CHANGE, gettext("Approved."))
    return waiting
