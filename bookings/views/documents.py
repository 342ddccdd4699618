"""What customers take along: tickets to print, the evening for their calendar."""

from django.http import Http404, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ..access import get_order
from ..documents import calendar_file, ticket_pdf
from ..models import Order


@never_cache
@require_safe
def order_pdf(request, reference):
    """All valid tickets of the order, a page each."""
    order = _confirmed_order(request, reference)
    return _pdf(
        order, order.tickets.valid().order_by("place_id", "pk"), ticket_pdf.file_name(order)
    )


@never_cache
@require_safe
def ticket_page_pdf(request, reference, pk):
    """One ticket, to be handed on by itself."""
    order = _confirmed_order(request, reference)
    tickets = order.tickets.valid().filter(pk=pk)
    return _pdf(order, tickets, f"ticket-{order.reference}-{pk}.pdf")


@never_cache
@require_safe
def order_calendar(request, reference):
    """The evening, for a calendar; once it is cancelled, its removal."""
    order = _confirmed_order(request, reference)
    file = calendar_file.calendar_of(order)
    return _file(file, f"{calendar_file.MIME_TYPE}; charset=utf-8", calendar_file.file_name(order))


def _confirmed_order(request, reference):
    order = get_order(request, reference)
    if not order.is_confirmed:
        raise Http404
    return Order.objects.select_related("performance__show", "performance__venue").get(pk=order.pk)


def _pdf(order, tickets, name):
    tickets = list(tickets)
    if not tickets:
        raise Http404
    return _file(ticket_pdf.tickets_pdf(order=order, tickets=tickets), "application/pdf", name)


def _file(content, content_type, name):
    disposition = f'inline; filename="{name}"'
    return HttpResponse(
        content, content_type=content_type, headers={"Content-Disposition": disposition}
    )
