"""What providers told us is not kept for ever; that they told it is."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from .models import ProviderEvent


def delete_old_events(now=None):
    """Empty what providers told KEEP_PROVIDER_EVENTS_DAYS ago or earlier; return how many.

    The row stays with its number, kind and outcome, so that the same event counts once for ever.
    """
    before = (now or timezone.now()) - timedelta(days=settings.KEEP_PROVIDER_EVENTS_DAYS)
    return ProviderEvent.objects.filter(received_at__lte=before).exclude(body={}).update(body={})
