"""What the room for programs writes to staff."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.absolute_urls import absolute
from emails.messages import message_from_templates
from emails.rendering import renders

from .models import Endpoint


@renders("webhook_disabled", title=gettext_lazy("A webhook is switched off"))
def webhook_disabled(letter):
    endpoint = Endpoint.objects.filter(pk=letter.about["endpoint"]).first()
    if endpoint is None or endpoint.is_on:
        return None
    return message_from_templates(
        letter,
        subject=_("The webhook “%s” was switched off") % endpoint.name,
        context={
            "name": endpoint.name,
            "url": endpoint.url,
            "because": endpoint.disabled_because,
            "page": absolute(reverse("admin:api_endpoint_change", args=[endpoint.pk])),
        },
        # Of many receivers the address alone is what lets one in.
        secrets={"webhook_address": endpoint.url},
    )
