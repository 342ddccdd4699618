"""Render messages that staff write to ticket holders."""

from collections.abc import Mapping
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.models import CustomerMessage, Order
from bookings.staff_operations.customer_messages import KIND
from emails.messages import Message
from emails.models import OutboxEmail
from emails.placeholders import Placeholder, fill_markdown, offer_placeholders
from emails.rendering import renders
from emails.wording import STYLES, Wording

from .order_context import long_date, order_context, order_message
from .order_placeholders import ORDER

offer_placeholders(KIND, *ORDER)


def message_placeholders(performances: int) -> tuple[Placeholder, ...]:
    """Return the placeholders of a message to ticket holders of so many performances.

    One person gets one e-mail, which cannot name one show if it is about several.
    """
    return ORDER if performances == 1 else ORDER[:1]


@renders(KIND, title=gettext_lazy("Message to ticket holders"), is_written_each_time=True)
def customer_message(email: OutboxEmail) -> Message | None:
    """Return None if the customer has no tickets any more."""
    message = CustomerMessage.objects.get(pk=email.about["message"])
    paid = Order.objects.paid().filter(performance__in=message.performances.all(), email=email.to)
    paid = paid.select_related("performance__show", "performance__venue")
    orders = list(paid.order_by("performance__starts_at", "pk"))
    if not orders:
        return None
    return written_message(email, orders, message.text_in(email.language))


def written_message(email: OutboxEmail, orders: list[Order], text: Mapping[str, str]) -> Message:
    """Return the e-mail with this text; it lists the orders, each with its link."""
    first, *others = orders
    context = order_context(first) | {"others": [_facts(order) for order in others]}
    keys = {f"order_key_{order.reference}": order.key for order in others}
    return order_message(
        email,
        first,
        subject=text["subject"],
        context=context,
        wording=Wording(text["subject"], text["text"]),
        secrets=keys,
    )


def note_context(message: CustomerMessage | None, language: str) -> dict[str, Any]:
    """Return the context that shows what staff wrote about a cancelled or rescheduled show."""
    if message is None:
        return {"note_text": "", "note_html": SafeString()}
    text, html = fill_markdown(message.text_in(language)["text"], (), {}, STYLES)
    return {"note_text": text, "note_html": html}


def _facts(order: Order) -> dict[str, Any]:
    facts = order_context(order)
    return {
        "title": order.performance.show.title,
        "when": long_date(order, order.performance.starts_at),
        "label": _("View order %(reference)s") % {"reference": order.reference},
        "url": facts["order_url"],
    }
