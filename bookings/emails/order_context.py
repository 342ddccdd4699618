"""What e-mails about orders share: the order, context, times at the venue, and attachments."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bookings.documents import calendar_file, ticket_pdf
from bookings.models import Order, Ticket
from emails.content import Attachment
from emails.messages import Message, message_from_templates
from emails.models import OutboxEmail


def order_of(email: OutboxEmail) -> Order:
    """Return the order that the e-mail is about."""
    orders = Order.objects.select_related("performance__show", "performance__venue")
    return orders.get(reference=email.about["order"])


def order_message(email: OutboxEmail, order: Order, **parts: Any) -> Message:
    """Return the message, with the venue's brand; the order's key in its link is a secret."""
    parts["context"]["brand_venue"] = order.performance.venue
    secrets = {"order_key": order.key, **parts.pop("secrets", {})}
    return message_from_templates(email, secrets=secrets, **parts)


def show_and_day(order: Order) -> dict[str, str]:
    """Return the show and the day, for subjects."""
    performance = order.performance
    return {"show": performance.show.title, "day": short_date(order, performance.starts_at)}


def order_context(order: Order) -> dict[str, Any]:
    """Return the context that all e-mails about an order share."""
    performance, venue = order.performance, order.performance.venue
    where = ", ".join([venue.name, venue.address, venue.city_line])
    doors = performance.doors_at
    return {
        "order": order,
        "performance": performance,
        "show": performance.show,
        "starts": long_date(order, performance.starts_at),
        "day": short_date(order, performance.starts_at),
        "time": clock_time(order, performance.starts_at),
        "doors": clock_time(order, doors) if doors else "",
        "where": where,
        "order_url": f"{settings.SITE_URL}{order.get_absolute_url()}?key={order.key}",
        "performance_url": f"{settings.SITE_URL}{performance.get_absolute_url()}",
        "facts": [
            (_("When"), long_date(order, performance.starts_at)),
            (_("Doors"), clock_time(order, doors) if doors else ""),
            (_("Where"), where),
            (_("Order"), order.reference),
        ],
    }


def long_date(order: Order, at: datetime | None) -> str:
    """Return date, time and time zone at the venue."""
    assert at is not None
    return date_format(at.astimezone(order.performance.venue.zone), "LONG_DATETIME_ZONE")


def short_date(order: Order, at: datetime | None) -> str:
    """Return the day at the venue, without its year."""
    assert at is not None
    return date_format(at.astimezone(order.performance.venue.zone), "SHORT_MONTH_DAY")


def clock_time(order: Order, at: datetime) -> str:
    """Return the time at the venue."""
    return date_format(at.astimezone(order.performance.venue.zone), "H:i")


def valid_tickets(order: Order) -> list[Ticket]:
    return list(order.tickets.valid().order_by("place_id"))


def ticket_attachments(order: Order, tickets: Sequence[Ticket]) -> list[Attachment]:
    """Return the tickets as PDF, made when the e-mail is stored, and the calendar file."""
    pdf = partial(ticket_pdf.tickets_pdf, order=order, tickets=tickets)
    return [(ticket_pdf.file_name(order), pdf, "application/pdf"), calendar_attachment(order)]


def calendar_attachment(order: Order) -> Attachment:
    file = calendar_file.calendar_of(order)
    return calendar_file.file_name(order), file, calendar_file.MIME_TYPE
