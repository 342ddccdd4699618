"""Download the tickets of an order as PDF, and calendar files of orders and performances."""

from collections.abc import Iterable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.public_pages import public_page
from shows.models import Performance

from ..access import get_order
from ..documents import calendar_file, ticket_pdf
from ..models import Order, Ticket


@never_cache
@require_safe
def order_pdf(request: HttpRequest, reference: str) -> HttpResponse:
    """Return a PDF of all valid tickets, one on each page."""
    order = _confirmed_order(request, reference)
    return _pdf(
        order, order.tickets.valid().order_by("place_id", "pk"), ticket_pdf.file_name(order)
    )


@never_cache
@require_safe
def ticket_page_pdf(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Return a PDF of a single ticket."""
    order = _confirmed_order(request, reference)
    tickets = order.tickets.valid().filter(pk=pk)
    return _pdf(order, tickets, f"ticket-{order.reference}-{pk}.pdf")


@never_cache
@require_safe
def order_calendar(request: HttpRequest, reference: str) -> HttpResponse:
    """Return the calendar file; for a cancelled order it removes the event."""
    order = _confirmed_order(request, reference)
    file = calendar_file.calendar_of(order)
    return _file(file, f"{calendar_file.MIME_TYPE}; charset=utf-8", calendar_file.file_name(order))


@require_safe
@public_page(60)
def performance_calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the calendar file of a performance, the same for everybody."""
    performances = Performance.objects.reachable().select_related("show", "venue")
    performance = get_object_or_404(performances, pk=pk)
    file = calendar_file.calendar_of_performance(performance)
    name = f"{performance.show.slug}-{performance.pk}.ics"
    return _file(file, f"{calendar_file.MIME_TYPE}; charset=utf-8", name)


def _confirmed_order(request: HttpRequest, reference: str) -> Order:
    order = get_order(request, reference)
    if not order.is_confirmed:
        raise Http404
    return Order.objects.select_related("performance__show", "performance__venue").get(pk=order.pk)


def _pdf(order: Order, tickets: Iterable[Ticket], name: str) -> HttpResponse:
    tickets = list(tickets)
    if not tickets:
        raise Http404
    return _file(ticket_pdf.tickets_pdf(order=order, tickets=tickets), "application/pdf", name)


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    disposition = f'inline; filename="{name}"'
    return HttpResponse(
        content, content_type=content_type, headers={"Content-Disposition": disposition}
    )
