"""API keys: made once, shown once, kept as a hash."""

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from .models import ApiKey

PREFIX = "concert_"
# Last use is kept to the minute, so that a busy program does not write with each request.
NOTED_EVERY = timedelta(minutes=1)


def make_key(*, owner, name, scopes):
    """Make a key; return it and the text that its program sends, which is not kept anywhere."""
    text = PREFIX + secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        owner=owner, name=name, scopes=sorted(set(scopes)), hint=text[:14], digest=_digest(text)
    )
    return key, text


def revoke_key(*, key):
    """Make the key useless from now on. Repeating it does no harm."""
    with transaction.atomic():
        key = ApiKey.objects.filter(pk=key.pk, revoked_at=None).select_for_update().first()
        if key is not None:
            key.revoked_at = timezone.now()
            key.save(update_fields=["revoked_at"])


def key_of(text):
    """Return the usable key with this text, its owner loaded and active, or None."""
    key = ApiKey.objects.usable().filter(digest=_digest(text)).select_related("owner").first()
    if key is None:
        return None
    _note_use(key, timezone.now())
    return key


def _digest(text):
    # The text has 256 random bits, so a quick hash keeps it as well as a slow one would.
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def _note_use(key, now):
    due = now - NOTED_EVERY
    if key.last_used_at is None or key.last_used_at <= due:
        ApiKey.objects.filter(Q(last_used_at=None) | Q(last_used_at__lte=due), pk=key.pk).update(
            last_used_at=now
        )
