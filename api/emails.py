"""E-mails of the API to staff, and a sample of each for the admin."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.links import absolute
from emails.messages import Message, message_from_templates
from emails.models import OutboxEmail
from emails.placeholders import Placeholder, offer_placeholders
from emails.rendering import renders
from emails.sample_registry import Sample, make_recipient, sample_for

from .models import Endpoint, EventType

offer_placeholders(
    "webhook_disabled", Placeholder("webhook", gettext_lazy("Name of the webhook"), "name")
)


@renders(
    "webhook_disabled",
    title=gettext_lazy("Webhook disabled"),
)
def webhook_disabled(email: OutboxEmail) -> Message | None:
    """Tell the owner that a webhook was disabled, unless it has been enabled again."""
    endpoint = Endpoint.objects.filter(pk=email.about["endpoint"]).first()
    if endpoint is None or endpoint.is_enabled:
        return None
    return message_from_templates(
        email,
        subject=_("The webhook “%s” was disabled") % endpoint.name,
        context={
            "name": endpoint.name,
            "url": endpoint.url,
            "because": endpoint.disabled_reason,
            "page": absolute(reverse("admin:api_endpoint_change", args=[endpoint.pk])),
        },
        # For many receivers the URL itself is the credential.
        secrets={"webhook_address": endpoint.url},
    )


@sample_for("webhook_disabled")
def sample_webhook() -> Sample:
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
