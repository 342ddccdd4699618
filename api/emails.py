"""E-mails of the API to staff, and a sample of each for the admin."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.absolute_urls import absolute
from emails.messages import Message, message_from_templates
from emails.models import OutboxEmail
from emails.rendering import renders

from .models import Endpoint


@renders("webhook_disabled", title=gettext_lazy("Webhook disabled"))
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
