"""What is attached to e-mails about orders: tickets as PDF, and the calendar file."""

from collections.abc import Sequence
from functools import partial

from bookings.documents import calendar_file, ticket_pdf
from bookings.models import Order, Ticket
from emails.content import Attachment


def valid_tickets(order: Order) -> list[Ticket]:
    return list(order.tickets.valid().order_by("place_id"))


def ticket_attachments(order: Order, tickets: Sequence[Ticket]) -> list[Attachment]:
    """Return the tickets as PDF, made when the e-mail is stored, and the calendar file."""
    pdf = partial(ticket_pdf.tickets_pdf, order=order, tickets=tickets)
    return [(ticket_pdf.file_name(order), pdf, "application/pdf"), calendar_attachment(order)]


def calendar_attachment(order: Order) -> Attachment:
    file = calendar_file.calendar_of(order)
    return calendar_file.file_name(order), file, calendar_file.MIME_TYPE
