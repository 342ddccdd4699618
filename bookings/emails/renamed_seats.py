"""Render e-mails about seats that have new names after a correction of the plan."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.models import Order
from bookings.staff_operations.renamed_seats import KIND, Labels
from emails.kinds import Urgency
from emails.messages import Message
from emails.models import OutboxEmail
from emails.placeholders import offer_placeholders
from emails.rendering import preview, renders
from emails.secrets import Parts, hide

from .order_context import order_context, order_message, order_of, ticket_attachments, valid_tickets
from .order_placeholders import TICKETS

offer_placeholders(KIND, *TICKETS)


@renders(KIND, title=gettext_lazy("Seats renamed"), urgency=Urgency.TICKETS)
def seats_renamed(email: OutboxEmail) -> Message | None:
    """Return None if none of the tickets is valid any more."""
    order = order_of(email)
    labels: dict[str, Any] = email.about["labels"]
    tickets = list(order.tickets.valid().filter(pk__in=labels).order_by("place_id"))
    if not tickets:
        return None
    return order_message(
        email,
        order,
        subject=_("New seat names for %(show)s") % {"show": order.performance.show.title},
        context=order_context(order)
        | {"tickets": tickets, "labels": [labels[str(ticket.pk)] for ticket in tickets]},
        attachments=ticket_attachments(order, valid_tickets(order)),
    )


def preview_renamed(order: Order, labels: Labels) -> Message | None:
    """Return the e-mail to the customer of this order, before the correction, without secrets."""
    email = OutboxEmail(
        kind=KIND,
        key="preview",
        to=order.email,
        language=order.language,
        about={
            "order": order.reference,
            "labels": {str(pk): list(pair) for pk, pair in labels.items()},
        },
    )
    message = preview(email)
    if message is None:
        return None
    parts = hide(Parts(message.text, message.html, {}), message.secrets)
    return Message(message.subject, parts.text, parts.html)
