"""Export a customer's bookings as spreadsheet rows, one for each ticket."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from shows.models import Performance

from ..models import Order, Ticket
from ..querysets import OrderQuerySet


def booking_export_rows(orders: OrderQuerySet) -> Iterator[list[Any]]:
    """Yield the header row, then a row for each ticket of the orders, cancelled tickets included.

    Rows follow the order of `orders`. Times are in the venue's time zone. Two queries.
    """
    yield [
        _("Order"),
        _("Show"),
        _("Venue"),
        _("City"),
        _("Starts"),
        _("Seat"),
        _("Category"),
        _("Concession"),
        _("Ticket holder"),
        _("Price"),
        _("incl. booking fee"),
        _("Currency"),
        _("Ticket status"),
        _("Ordered"),
    ]
    found = list(orders.confirmed().select_related("performance__show", "performance__venue"))
    tickets: dict[int, list[Ticket]] = {}
    for ticket in Ticket.objects.filter(order__in=found).order_by("place_id", "pk"):
        tickets.setdefault(ticket.order_id, []).append(ticket)
    for order in found:
        for ticket in tickets.get(order.pk, []):
            yield _row(order, order.performance, ticket)


def _row(order: Order, performance: Performance, ticket: Ticket) -> list[Any]:
    zone = performance.venue.zone
    return [
        order.reference,
        performance.show.title,
        performance.venue.name,
        performance.venue.city,
        performance.starts_at.astimezone(zone),
        ticket.label,
        ticket.category,
        ticket.concession,
        ticket.holder,
        ticket.price,
        ticket.fee,
        order.currency,
        ticket.get_status_display(),
        order.created_at.astimezone(zone),
    ]
