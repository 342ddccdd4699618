"""Create webhook endpoints, rotate their secrets, disable and enable them."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from emails.outbox import enqueue_email

from ..models import Endpoint, new_salt
from .http_client import target_of
from .signing import secret_of

# How long the previous secret signs as well, so that receivers can change over without a gap.
BOTH_SIGN = timedelta(hours=24)


def make_endpoint(
    *, owner: User, name: str, url: str, events: Iterable[str]
) -> tuple[Endpoint, str]:
    """Create an endpoint; return it and its secret, to be shown once.

    Resolves the host name. Raises `http_client.Unreachable` for a URL that may not be reached.
    """
    target_of(url)
    endpoint = Endpoint.objects.create(owner=owner, name=name, url=url, events=sorted(set(events)))
    return endpoint, secret_of(endpoint)


def rotate_secret(*, endpoint: Endpoint) -> str:
    """Give the endpoint a new secret and return it. The previous one signs for another day."""
    endpoint.previous_salt, endpoint.salt = endpoint.salt, new_salt()
    endpoint.previous_until = timezone.now() + BOTH_SIGN
    endpoint.save(update_fields=["salt", "previous_salt", "previous_until"])
    return secret_of(endpoint)


def disable(*, endpoint: Endpoint, because: str = "", notify: bool = False) -> None:
    """Stop sending to the endpoint; with `notify`, its owner gets an e-mail. May be repeated.

    While it is disabled no new events are kept for it. Pending deliveries remain pending.
    """
    with transaction.atomic():
        enabled = Endpoint.objects.enabled().select_for_update(of=("self",))
        found = enabled.filter(pk=endpoint.pk).first()
        if found is None:
            return
        found.disabled_at, found.disabled_reason = timezone.now(), because
        found.save(update_fields=["disabled_at", "disabled_reason"])
        if not (notify and found.owner):
            return
        enqueue_email(
            kind="webhook_disabled",
            key=f"webhook-disabled:{found.pk}:{found.disabled_at.isoformat()}",
            to=found.owner.email,
            user=found.owner,
            language=found.owner.language or "en",
            about={"endpoint": found.pk},
        )


def enable(*, endpoint: Endpoint) -> None:
    """Send to the endpoint again, with a clean record."""
    endpoint.disabled_at, endpoint.disabled_reason = None, ""
    endpoint.failures, endpoint.failing_since, endpoint.paused_until = 0, None, None
    endpoint.save(
        update_fields=[
            *["disabled_at", "disabled_reason", "failures", "failing_since", "paused_until"]
        ]
    )
