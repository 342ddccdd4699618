"""Cancel tickets in two steps: choose them, then confirm the refund."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.templatetags.error_summary import FieldError
from payments.models import Payment
from shows.terms import terms_of

from ..access import get_order
from ..aftersale.cancellation import (
    cancel_tickets,
    may_cancel,
    refundable,
    refundable_order_fee,
)
from ..exceptions import CannotCancel
from ..models import Order, Ticket
from ..sale.customers import customer_of
from .responses import see_other
from .seat_names import name_seats


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask which tickets to cancel and show the refund; POST cancels them."""
    order = get_order(request, reference)
    tickets = list(Ticket.objects.valid().filter(order=order).order_by("pk"))
    chosen = _chosen(request.POST or request.GET, tickets)
    if request.method == "POST":
        return _cancel(request, order, tickets, chosen)
    if not tickets:
        return see_other(order)
    return _page(request, order, tickets, chosen)


def _cancel(request: HttpRequest, order: Order, tickets: list[Ticket], chosen: Any) -> HttpResponse:
    asked = request.POST.getlist("ticket")
    if not asked:
        error = _("Select at least one ticket.")
        return _page(request, order, tickets, [], error=error, status=422)
    if not chosen:
        return see_other(order)  # Cancelled already: the button was pressed twice.
    if request.POST.get("back") != str(_refund_total(order, chosen)):
        error = _("The refund has changed. Please check it and confirm again.")
        return _page(request, order, tickets, chosen, error=error, status=409)
    try:
        cancel_tickets(
            order=order,
            actor=customer_of(request).actor,
            ticket_ids=[ticket.pk for ticket in chosen],
        )
    except CannotCancel as refusal:
        return _page(request, order, tickets, chosen, error=str(refusal), status=refusal.status)
    messages.success(request, _("Your tickets have been cancelled. We've sent you an e-mail."))
    return see_other(order)


def _page(
    request: HttpRequest,
    order: Order,
    tickets: list[Ticket],
    chosen: Any,
    *,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    terms = terms_of(order.performance_id)
    refund_of = _refund_calculator(order)
    order_fee = _order_fee_back(order, chosen)
    name_seats(order, tickets)
    context = {
        "order": order,
        "terms": terms,
        "tickets": [(ticket, refund_of([ticket])) for ticket in tickets],
        "chosen": chosen,
        "is_whole": len(chosen) == len(tickets),
        "order_fee": order_fee,
        "keeps_order_fee": bool(order.order_fee) and not order_fee,
        "back": _refund_total(order, chosen),
        "errors": _errors(error, tickets, chosen),
        "may_cancel": may_cancel(order, terms.cancel_until, timezone.now()),
    }
    return render(request, "bookings/order_cancel.html", context, status=status)


def _errors(error: str, tickets: list[Ticket], chosen: Any) -> list[FieldError]:
    """Return the error as the page's summary lists it; without a choice it is about the boxes."""
    if not error:
        return []
    is_choice = tickets and not chosen
    return [FieldError(error, f"ticket-{tickets[0].pk}" if is_choice else "")]


def _chosen(data: Any, tickets: list[Ticket]) -> list[Ticket]:
    """Return the tickets chosen in `data`; a single ticket is preselected."""
    named = set(data.getlist("ticket"))
    if not named and len(tickets) == 1 and "back" not in data:
        return tickets
    return [ticket for ticket in tickets if str(ticket.pk) in named]


def _refund_total(order: Order, chosen: list[Ticket]) -> Decimal:
    """Return the amount that cancelling the chosen tickets together refunds."""
    return _refund_calculator(order)(chosen) + _order_fee_back(order, chosen)


def _order_fee_back(order: Order, chosen: list[Ticket]) -> Decimal:
    """Return the fee per order if it is refunded with the chosen tickets, else zero."""
    if not order.order_fee or not chosen:
        return Decimal(0)
    keep = order.performance.keeps_order_fee()
    return refundable_order_fee(order, chosen, keep=keep)


def _refund_calculator(order: Order) -> Callable[[list[Ticket]], Decimal]:
    """Return a function from tickets to the amount that cancelling them refunds."""
    nothing = Decimal("0.00")
    if not Payment.objects.captured().for_purpose_and_additions(order.reference).exists():
        return lambda tickets: nothing
    keep_fee = terms_of(order.performance_id).keep_fee
    return lambda tickets: refundable(tickets, keep_fee=keep_fee) if tickets else nothing
