"""Giving tickets back, in two steps: which ones, and then the exact amount that comes back."""

from decimal import Decimal

from django.contrib import messages
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from payments.models import Payment
from shows.terms import terms_of

from ..access import get_order
from ..aftersale.cancellation import cancel_tickets, may_cancel, refundable
from ..exceptions import CannotCancel
from ..models import Ticket
from ..sale.customers import customer_of
from .responses import see_other


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request, reference):
    """Ask which tickets, then for a confirmation; POST cancels them."""
    order = get_order(request, reference)
    tickets = list(Ticket.objects.valid().filter(order=order).order_by("pk"))
    chosen = _chosen(request.POST or request.GET, tickets)
    if request.method == "POST":
        return _cancel(request, order, tickets, chosen)
    if not tickets:
        return see_other(order)
    return _page(request, order, tickets, chosen)


def _cancel(request, order, tickets, chosen):
    asked = request.POST.getlist("ticket")
    if not asked:
        error = _("Please choose at least one ticket.")
        return _page(request, order, tickets, [], error=error, status=422)
    if not chosen:
        return see_other(order)  # They are cancelled already: the button was pressed twice.
    if request.POST.get("back") != str(_amounts_back(order)(chosen)):
        error = _("The amount that comes back has changed. Please check it and confirm again.")
        return _page(request, order, tickets, chosen, error=error, status=409)
    try:
        cancel_tickets(
            order=order,
            actor=customer_of(request).actor,
            ticket_ids=[ticket.pk for ticket in chosen],
        )
    except CannotCancel as refusal:
        return _page(request, order, tickets, chosen, error=str(refusal), status=refusal.status)
    messages.success(request, _("Cancelled. We have sent you a letter about it."))
    return see_other(order)


def _page(request, order, tickets, chosen, *, error="", status=200):
    terms = terms_of(order.performance_id)
    amount_back = _amounts_back(order)
    context = {
        "order": order,
        "terms": terms,
        "tickets": [(ticket, amount_back([ticket])) for ticket in tickets],
        "chosen": chosen,
        "is_whole": len(chosen) == len(tickets),
        "back": amount_back(chosen),
        "error": error,
        "may_cancel": may_cancel(order, terms.cancel_until, timezone.now()),
    }
    return render(request, "bookings/order_cancel.html", context, status=status)


def _chosen(data, tickets):
    """Those of the tickets that are named; the only one there is needs no naming."""
    named = set(data.getlist("ticket"))
    if not named and len(tickets) == 1 and "back" not in data:
        return tickets
    return [ticket for ticket in tickets if str(ticket.pk) in named]


def _amounts_back(order):
    """Return a function that says what cancelling some of the order's tickets gives back."""
    nothing = Decimal("0.00")
    if not Payment.objects.captured().for_purpose_and_additions(order.reference).exists():
        return lambda tickets: nothing
    keep_fee = terms_of(order.performance_id).keep_fee
    return lambda tickets: refundable(tickets, keep_fee=keep_fee) if tickets else nothing
