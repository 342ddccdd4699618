"""Endpoints: made, given a new secret, switched off and on."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from emails.outbox import enqueue_email

from ..models import Endpoint, new_salt
from .http_client import target_of
from .signing import secret_of

# So long the secret before signs as well, for receivers to change over without losing anything.
BOTH_SIGN = timedelta(hours=24)


def make_endpoint(*, owner, name, url, events):
    """Make an endpoint; return it and its secret, to be shown once.

    Looks the name up, and raises `webhooks.reaching.Unreachable` for an address that may not be
    told anything.
    """
    target_of(url)
    endpoint = Endpoint.objects.create(owner=owner, name=name, url=url, events=sorted(set(events)))
    return endpoint, secret_of(endpoint)


def rotate_secret(*, endpoint):
    """Give the endpoint a new secret, and return it. The one before signs for a day more."""
    endpoint.previous_salt, endpoint.salt = endpoint.salt, new_salt()
    endpoint.previous_until = timezone.now() + BOTH_SIGN
    endpoint.save(update_fields=["salt", "previous_salt", "previous_until"])
    return secret_of(endpoint)


def disable(*, endpoint, because="", tell=False):
    """Send nothing there any more; with `tell`, its owner gets a letter. Repeating it is nothing.

    While it is off no new events are kept for it. What waits goes on waiting.
    """
    with transaction.atomic():
        found = Endpoint.objects.on().select_for_update(of=("self",)).filter(pk=endpoint.pk).first()
        if found is None:
            return
        endpoint = found
        endpoint.disabled_at, endpoint.disabled_because = timezone.now(), because
        endpoint.save(update_fields=["disabled_at", "disabled_because"])
        if not (tell and endpoint.owner):
            return
        enqueue_email(
            kind="webhook_disabled",
            key=f"webhook-disabled:{endpoint.pk}:{endpoint.disabled_at.isoformat()}",
            to=endpoint.owner.email,
            user=endpoint.owner,
            language=endpoint.owner.language or "en",
            about={"endpoint": endpoint.pk},
        )


def enable(*, endpoint):
    """Send there again, as if it had never failed."""
    endpoint.disabled_at, endpoint.disabled_because = None, ""
    endpoint.failures, endpoint.failing_since, endpoint.rests_until = 0, None, None
    endpoint.save(
        update_fields=[
            *["disabled_at", "disabled_because", "failures", "failing_since", "rests_until"]
        ]
    )
