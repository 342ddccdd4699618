"""Delete old events."""

from datetime import timedelta

from django.conf import settings
from django.db.models.functions import Now

from ..models import Event


def delete_old_events() -> int:
    """Delete events older than KEEP_WEBHOOKS_DAYS with their deliveries; return the row count.

    Until then they can be sent again. Events with a pending delivery stay.
    """
    old = Event.objects.filter(at__lte=Now() - timedelta(days=settings.KEEP_WEBHOOKS_DAYS))
    return old.exclude(deliveries__status="pending").delete()[0]
