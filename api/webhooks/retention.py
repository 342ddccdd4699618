"""What was told a while ago is forgotten."""

from datetime import timedelta

from django.conf import settings
from django.db.models.functions import Now

from ..models import Event


def delete_old_events():
    """Delete events that are KEEP_WEBHOOKS_DAYS old, with their deliveries; return how many rows.

    Until then they can be sent again. What is still waiting stays.
    """
    old = Event.objects.filter(at__lte=Now() - timedelta(days=settings.KEEP_WEBHOOKS_DAYS))
    return old.exclude(deliveries__status="waiting").delete()[0]
