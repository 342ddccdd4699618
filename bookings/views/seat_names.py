"""The names of an order's seats in the language of who reads the page."""

from collections.abc import Sequence

from django.db.models import prefetch_related_objects
from django.utils.translation import get_language

from shows.terms import terms_of
from venues.drawing import drawing_of

from ..models import Order, Ticket
from ..sale.quotes import place_label


def name_seats(order: Order, tickets: Sequence[Ticket]) -> None:
    """Replace the labels of these tickets by those in the active language, for a page to show.

    They are stored in the language of the order, for its documents. So do not save the tickets.
    Costs no query where the languages are the same, else two.
    """
    if not tickets or get_language() == order.language:
        return
    prefetch_related_objects(tickets, "place__section")
    drawing = drawing_of(terms_of(order.performance_id).plan_id)
    for ticket in tickets:
        ticket.label = place_label(ticket.place, drawing)
