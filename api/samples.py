"""Samples of the e-mails of the API."""

from django.utils import timezone
from django.utils.translation import gettext as _

from emails.sample_registry import Sample, make_recipient, sample_for

from .models import Endpoint, EventType


@sample_for("webhook_disabled")
def webhook_disabled() -> Sample:
    user = make_recipient(is_staff=True)
    endpoint = Endpoint.objects.create(
        name=_("Accounting"),
        url="https://accounting.example.com/concert",
        events=[EventType.values[0]],
        owner=user,
        disabled_at=timezone.now(),
        disabled_reason=_("It answered 410 Gone."),
    )
    return Sample({"endpoint": endpoint.pk}, user)
