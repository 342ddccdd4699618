"""Accounts that came to nothing, and log-ins that are over."""

from datetime import timedelta
from importlib import import_module

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from core.batches import in_batches

from .models import User

BATCH = 200


def delete_unverified_accounts(now=None):
    """Delete accounts not verified within KEEP_UNVERIFIED_ACCOUNTS_DAYS; return how many.

    Whoever signed up, perhaps with somebody else's address, has never been inside and can own
    nothing. Accounts that staff made, or that were ever logged in to, are not touched.
    """
    before = (now or timezone.now()) - timedelta(days=settings.KEEP_UNVERIFIED_ACCOUNTS_DAYS)
    return in_batches(_forget_batch, before)


def delete_expired_sessions():
    """Delete the sessions whose time has passed."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


def _forget_batch(before):
    addresses = EmailAddress.objects.filter(user=OuterRef("pk"))
    with transaction.atomic(durable=True):
        unproven = User.objects.filter(
            Exists(addresses),
            ~Exists(addresses.filter(verified=True)),
            date_joined__lte=before,
            last_login=None,
            last_visit_at=None,
            is_staff=False,
        )
        locked = unproven.select_for_update(skip_locked=True, of=("self",)).order_by("pk")
        chosen = list(locked[:BATCH])
        User.objects.filter(pk__in=[user.pk for user in chosen]).delete()
    return len(chosen)
