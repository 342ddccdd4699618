"""Staff let new accounts book, where ACCOUNT_APPROVAL_REQUIRED asks for it."""

from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from .models import User
from .signals import account_approved


@transaction.atomic
def approve_accounts(*, users, by):
    """Approve those of the users who are waiting, and return them.

    Locks the waiting accounts in primary-key order, so that two clerks who approve the same
    people at once approve each of them once. Each approval is written down under the name of
    `by`, and announced by `account_approved`, which owes the customer a letter.
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
