"""A sample of the letters of this room."""

from django.utils import timezone
from django.utils.translation import gettext as _

from emails.sample_registry import Sample, make_recipient, sample_for

from .models import Endpoint, EventType


@sample_for("webhook_disabled")
def webhook_disabled():
    user = make_recipient(is_staff=True)
    endpoint = Endpoint.objects.create(
        name=_("Bookkeeping"),
        url="https://books.example.com/concert",
        events=[EventType.values[0]],
        owner=user,
        disabled_at=timezone.now(),
        disabled_because=_("It answered that it is gone (410)."),
    )
    return Sample({"endpoint": endpoint.pk}, user)
