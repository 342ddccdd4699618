"""What was told a while ago is forgotten."""

from datetime import timedelta

from django.db.models.functions import Now

from ..models import Event

# Until then it can be sent again. What is still waiting stays.
KEPT_FOR = timedelta(days=30)


def forget_old_events():
    """Delete old events and their deliveries unless one still waits; return how many rows."""
    old = Event.objects.filter(at__lte=Now() - KEPT_FOR)
    return old.exclude(deliveries__status="waiting").delete()[0]
