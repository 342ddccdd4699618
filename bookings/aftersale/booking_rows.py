"""A customer's own bookings as rows of a spreadsheet: a ticket each."""

from django.utils.translation import gettext as _

from ..models import Ticket


def booking_rows(orders):
    """Yield the headings, and then a row for each ticket of the orders, cancelled ones too.

    In the order of the orders. Times are those of the venue. Two statements.
    """
    yield [
        _("Order"),
        _("Show"),
        _("Venue"),
        _("City"),
        _("Starts"),
        _("Place"),
        _("Category"),
        _("Concession"),
        _("Name on the ticket"),
        _("Price"),
        _("of it fee"),
        _("Currency"),
        _("Ticket"),
        _("Ordered"),
    ]
    orders = list(orders.confirmed().select_related("performance__show", "performance__venue"))
    tickets = {}
    for ticket in Ticket.objects.filter(order__in=orders).order_by("place_id", "pk"):
        tickets.setdefault(ticket.order_id, []).append(ticket)
    for order in orders:
        for ticket in tickets.get(order.pk, []):
            yield _row(order, order.performance, ticket)


def _row(order, performance, ticket):
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
