"""Find tickets without a code: by reference, name, e-mail address or seat."""

from typing import Any

from django.db.models import Q

from bookings.documents.ticket_codes import NotATicketCode, read_code
from bookings.models import Order, Ticket
from core.exceptions import Refused
from core.name_search import name_matches
from shows.models import Performance

from .exceptions import CheckInRefused, TicketCancelled, UnknownTicket, WrongPerformance
from .models import CheckIn

MAX_RESULTS = 40


def is_code(text: str) -> bool:
    """Return whether a text has the form of a ticket code, genuine or not."""
    try:
        read_code(text)
    except NotATicketCode:
        return False
    except Refused:
        return True
    return True


def find_tickets(*, performance_id: int, text: str) -> list[Ticket]:
    """Return up to `MAX_RESULTS` valid tickets of a performance that match a text.

    Each has `check_in`: its current one, or None.
    """
    words = text.split()[:6]
    if not words:
        return []
    tickets = Ticket.objects.valid().filter(performance_id=performance_id)
    for word in words:
        condition = Q(order__email__iexact=word)
        # Only whole addresses match, or they could be guessed at the door.
        if "@" not in word:
            customers = Order.objects.filter(performance=performance_id)
            customers = customers.filter(name_matches(word, "name", "email"))
            customers = customers.filter(name_matches(word, "name"))
            condition |= (
                Q(order__reference__iexact=word)
                | name_matches(word, "holder")
                | Q(order__in=customers.values("pk"))
                | Q(label__icontains=word)
            )
        tickets = tickets.filter(condition)
    found: list[Any] = list(
        tickets.select_related("order", "place").order_by("order", "place_id")[:MAX_RESULTS]
    )
    inside = {row.ticket_id: row for row in CheckIn.objects.live().filter(ticket__in=found)}
    for ticket in found:
        ticket.check_in = inside.get(ticket.pk)
    return found


def explain_no_match(*, performance: Performance, text: str) -> CheckInRefused:
    """Return why a text matches no ticket: another performance, cancelled, or unknown."""
    tickets = Ticket.objects.filter(order__reference__iexact=text.strip())
    tickets = tickets.select_related("order", "performance__show", "performance__venue")
    ticket = tickets.order_by("-status", "pk").first()
    if ticket is None:
        return UnknownTicket()
    if ticket.performance_id != performance.pk:
        return WrongPerformance(ticket, ticket.performance)
    return TicketCancelled(ticket)
