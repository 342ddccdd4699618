"""Delete unverified accounts and expired sessions."""

from datetime import datetime, timedelta
from importlib import import_module

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from core.background import in_batches

from .models import User

BATCH = 200


def delete_unverified_accounts(now: datetime | None = None) -> int:
    """Delete accounts not verified within KEEP_UNVERIFIED_ACCOUNTS_DAYS; return how many.

    Such an account has never been signed in to and can own nothing. Accounts that staff created,
    or that were ever signed in to, are not touched.
    """
    before = (now or timezone.now()) - timedelta(days=settings.KEEP_UNVERIFIED_ACCOUNTS_DAYS)
    return in_batches(_delete_batch, before)


def delete_expired_sessions() -> None:
    """Delete expired sessions from the database."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


def _delete_batch(before: datetime) -> int:
    addresses = EmailAddress.objects.filter(user=OuterRef("pk"))
    with transaction.atomic(durable=True):
        unverified = User.objects.filter(
            Exists(addresses),
            ~Exists(addresses.filter(verified=True)),
            date_joined__lte=before,
            last_login=None,
            last_visit_at=None,
            is_staff=False,
        )
        locked = unverified.select_for_update(skip_locked=True, of=("self",)).order_by("pk")
        chosen = list(locked[:BATCH])
        User.objects.filter(pk__in=[user.pk for user in chosen]).delete()
    return len(chosen)
