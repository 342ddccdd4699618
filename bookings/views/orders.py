"""My bookings: the list, and one order from waiting for its money to its tickets."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from payments.models import Payment
from shows.terms import terms_of

from ..access import brings_key, get_order, remember_key
from ..badge import hide_badge
from ..cancelling import may_cancel
from ..codes import qr_svg
from ..models import Order
from ..outlook import Outlook, standing_of
from ..visitors import customer_of
from .responses import see_other, to_payment

ON_A_PAGE = 20
# Seconds until the page asks again, the n-th time; the last for ever after.
PAUSES = [2, 2, 3, 5, 8, 13, 20, 30]


@never_cache
@require_safe
def order_list(request):
    """List what the account, or this browser, has booked."""
    customer = customer_of(request)
    is_past = request.GET.get("when") == "past"
    orders = Order.objects.made_by(customer).shown()
    orders = orders.past() if is_past else orders.upcoming()
    orders = orders.select_related("performance__show", "performance__venue")
    page = Paginator(orders, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "is_past": is_past, "customer": customer, "now": timezone.now()}
    return render(request, "bookings/orders.html", context)


@never_cache
@require_safe
def order_page(request, reference):
    """Show an order: its tickets, or what is still missing."""
    try:
        order = get_order(request, reference)
    except Http404:
        # The same words whether or not there is such an order.
        return render(request, "bookings/order_unknown.html", status=404)
    if brings_key(request, order):
        return remember_key(see_other(order), request, order)
    standing = standing_of(order, ask=True)
    if standing.is_confirmed:
        return _confirmed(request, standing.order)
    context = {"standing": standing, "order": standing.order, "pause": PAUSES[0], "n": 0}
    context["terms"] = terms_of(order.performance_id)
    return render(request, "bookings/order_open.html", context)


@never_cache
@require_safe
def order_state(request, reference):
    """Tell a waiting page whether it should wait on; when something has happened it loads anew."""
    order = get_order(request, reference)
    n = request.GET.get("n", "")
    n = min(int(n), 1000) + 1 if n.isascii() and n.isdigit() and len(n) < 5 else 1
    if not request.htmx:
        return see_other(order)
    standing = standing_of(order)
    if not standing.is_waiting:
        return HttpResponse(headers={"HX-Redirect": order.get_absolute_url()})
    context = {"order": order, "pause": PAUSES[min(n, len(PAUSES) - 1)], "n": n}
    return render(request, "bookings/_order_waiting.html", context)


@never_cache
@require_POST
def pay(request, reference):
    """Pay, or try again, while the places are kept."""
    order = get_order(request, reference)
    # What was paid in another tab, or at the last moment, is not asked for twice.
    standing = standing_of(order, ask=True)
    if standing.outlook in (Outlook.CONFIRMED, Outlook.LAPSED):
        return see_other(order)
    return to_payment(request, standing.order)


def _confirmed(request, order):
    terms = terms_of(order.performance_id)
    tickets = [(ticket, qr_svg(ticket) if ticket.is_valid else "") for ticket in order.in_order()]
    now = timezone.now()
    context = {
        "order": order,
        "terms": terms,
        "tickets": tickets,
        "receipts": _receipts(order),
        "may_cancel": may_cancel(order, terms.cancel_until, now),
        "is_over": now > terms.starts_at,
        "invites_review": order.quantity and now >= terms.ends_at,
    }
    return hide_badge(render(request, "bookings/order.html", context), request)


def _receipts(order):
    """What was paid, and after each payment what of it went back. One query, no models."""
    payments = Payment.objects.captured().made_for(order.reference)
    rows = payments.values_list(
        "pk", "amount", "captured_at", "refunds__amount", "refunds__sent_at"
    ).order_by("captured_at", "pk", "refunds__created_at")
    lines, seen = [], set()
    for pk, paid, captured_at, back, sent_at in rows:
        if pk not in seen:
            seen.add(pk)
            lines.append({"paid": paid, "at": captured_at})
        if back is not None:
            lines.append({"back": back, "at": sent_at})
    return lines
