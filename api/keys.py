"""API keys: created and shown once, stored as a hash."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User

from .models import ApiKey

PREFIX = "concert_"
# The last use is stored to the minute, so that a busy integration does not write on each request.
RECORDED_EVERY = timedelta(minutes=1)


def make_key(*, owner: User, name: str, scopes: Iterable[str]) -> tuple[ApiKey, str]:
    """Create a key; return it and its text, which is not stored."""
    text = PREFIX + secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        owner=owner, name=name, scopes=sorted(set(scopes)), hint=text[:14], digest=_digest(text)
    )
    return key, text


def revoke_key(*, key: ApiKey) -> None:
    """Revoke the key. May be repeated."""
    with transaction.atomic():
        found = ApiKey.objects.filter(pk=key.pk, revoked_at=None).select_for_update().first()
        if found is not None:
            found.revoked_at = timezone.now()
            found.save(update_fields=["revoked_at"])


def key_of(text: str) -> ApiKey | None:
    """Return the usable key with this text, with its owner, or None. Records its use."""
    key = ApiKey.objects.usable().filter(digest=_digest(text)).select_related("owner").first()
    if key is None:
        return None
    _record_use(key, timezone.now())
    return key


def _digest(text: str) -> str:
    # The text has 256 random bits, so that a fast hash protects it as well as a slow one.
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def _record_use(key: ApiKey, now: datetime) -> None:
    due = now - RECORDED_EVERY
    if key.last_used_at is None or key.last_used_at <= due:
        ApiKey.objects.filter(Q(last_used_at=None) | Q(last_used_at__lte=due), pk=key.pk).update(
            last_used_at=now
        )
