"""Delete old payment data that is no longer needed."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from .models import ProviderEvent


def delete_old_events(now: datetime | None = None) -> int:
    """Empty the bodies of events older than KEEP_PROVIDER_EVENTS_DAYS; return how many.

    The row stays with its ID, kind and outcome, so that the same event is never applied twice.
    """
    before = (now or timezone.now()) - timedelta(days=settings.KEEP_PROVIDER_EVENTS_DAYS)
    return ProviderEvent.objects.filter(received_at__lte=before).exclude(body={}).update(body={})
