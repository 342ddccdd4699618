"""My bookings: the list, and the page of one order."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from core.annotations import HtmxRequest
from core.spreadsheets import spreadsheet
from payments.exceptions import AlreadyPaid, PaymentError
from payments.provider_calls import StillWaiting
from payments.statements import read_receipts
from shows.terms import terms_of

from ..access import brings_key, get_order, has_remembered_key, remember_key
from ..aftersale.booking_export import booking_export_rows
from ..aftersale.cancellation import may_cancel
from ..aftersale.change_payments import settle_change
from ..aftersale.customer_status import OrderState, customer_status_of, unfinished_payment
from ..aftersale.ticket_changes import may_rename
from ..documents.ticket_codes import qr_svg
from ..exceptions import NotSoldOnline
from ..models import Order, TicketChange
from ..order_page import downloads_of
from ..querysets import OrderQuerySet
from ..sale.customers import customer_of
from ..sale.order_tax import tax_lines
from ..sale.payment_options import account_for, can_pay_online
from ..sale.payment_pages import open_order_page
from ..sale.queries import tickets_of_order
from .responses import hide_badge, see_other, to_payment
from .seat_names import name_seats

ON_A_PAGE = 20
LONGEST_QUERY = 100  # Characters.
# Seconds between polls of a waiting page; the last value repeats.
PAUSES = [2, 2, 3, 5, 8, 13, 20, 30]
# How long a customer waits for a slow provider's pay page, which reloads every so many seconds.
LONGEST_WAIT, RELOAD_SECONDS = timedelta(minutes=1), 2


@never_cache
@require_safe
def order_list(request: HtmxRequest) -> HttpResponse:
    """List the bookings of the account, or of this browser."""
    filters = _filters_of(request)
    orders = _filtered(filters).select_related("performance__show", "performance__venue")
    page = Paginator(orders, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "now": timezone.now(), **filters}
    return render(request, "bookings/orders.html", context)


@never_cache
@require_safe
def export(request: HtmxRequest, file_format: str) -> HttpResponseBase:
    """Export the list with all its tickets as a spreadsheet."""
    rows = booking_export_rows(_filtered(_filters_of(request)))
    return spreadsheet(rows, name=_("bookings"), file_format=file_format)


@never_cache
@require_safe
def order_page(request: HtmxRequest, reference: str) -> HttpResponse:
    """Show an order: its tickets, or its payment while it is not confirmed."""
    try:
        order = get_order(request, reference)
    except Http404:
        # The same response whether or not the order exists.
        return render(request, "bookings/order_unknown.html", status=404)
    if brings_key(request, order):
        return remember_key(see_other(order), request, order)
    status = customer_status_of(order, refresh=True)
    if status.is_confirmed:
        # Customers returning from the payment of a change should see it applied.
        waiting = settle_change(order=status.order)
        response = _confirmed(request, status.order, waiting)
        if has_remembered_key(request):
            remember_key(response, request, order)  # For its ticket pages, too.
        return response
    context = {"status": status, "order": status.order, "pause": PAUSES[0], "n": 0}
    context["terms"] = terms_of(order.performance_id)
    context["can_pay"] = can_pay_online(order.total)
    if status.state == OrderState.RESERVED:
        context["account"] = account_for(status.order)
    if status.order.payable_until is not None:
        context["downloads"] = downloads_of(status.order, has_refunds=False)
    return render(request, "bookings/order_open.html", context)


@never_cache
@require_safe
def order_state(request: HtmxRequest, reference: str) -> HttpResponse:
    """Tell a waiting page when to poll again, or to reload once the state has changed."""
    order = get_order(request, reference)
    sent = request.GET.get("n", "")
    is_number = sent.isascii() and sent.isdigit() and len(sent) < 5
    n = min(int(sent), 1000) + 1 if is_number else 1
    if not request.htmx:
        return see_other(order)
    status = customer_status_of(order)
    if not status.is_waiting:
        return HttpResponse(headers={"HX-Redirect": order.get_absolute_url()})
    context = {"order": order, "pause": PAUSES[min(n, len(PAUSES) - 1)], "n": n}
    return render(request, "bookings/_order_waiting.html", context)


@never_cache
@require_POST
def pay(request: HtmxRequest, reference: str) -> HttpResponse:
    """Pay, or try again, while the seats are reserved."""
    order = get_order(request, reference)
    # Do not start a payment for an order that was just paid in another tab.
    status = customer_status_of(order, refresh=True)
    if status.state in (OrderState.CONFIRMED, OrderState.LAPSED):
        return see_other(order)
    return to_payment(request, status.order)


@never_cache
@require_safe
def pay_page(request: HtmxRequest, reference: str) -> HttpResponse:
    """Wait for a slow provider's pay page, and redirect to it once it is ready.

    The page reloads itself. An attempt that has failed meanwhile is repeated. It gives up after a
    minute: the order's page offers to try again.
    """
    order = get_order(request, reference)
    payment = unfinished_payment(order)
    if payment is None or payment.age > LONGEST_WAIT:
        return see_other(order)
    if payment.page_url:
        return see_other(payment.page_url)
    if payment.purpose == order.reference:
        try:
            return see_other(_open_again(request, order))
        except StillWaiting:
            pass
        except (NotSoldOnline, AlreadyPaid, PaymentError):
            return see_other(order)
    response = render(request, "bookings/order_pay_page.html", {"order": order})
    response.headers["Refresh"] = str(RELOAD_SECONDS)
    return response


def _open_again(request: HtmxRequest, order: Order) -> str:
    return_url = request.build_absolute_uri(order.get_absolute_url())
    _payment, url = open_order_page(order=order, return_url=return_url, for_page=True)
    return url


def _filters_of(request: HtmxRequest) -> dict[str, Any]:
    """Return the customer and the filters of the list."""
    words = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_QUERY]
    is_past = request.GET.get("when") == "past"
    return {"customer": customer_of(request), "is_past": is_past, "words": words}


def _filtered(filters: dict[str, Any]) -> OrderQuerySet:
    orders = Order.objects.made_by(filters["customer"]).shown().about(filters["words"])
    return orders.past() if filters["is_past"] else orders.upcoming()


def _confirmed(request: HtmxRequest, order: Order, waiting: TicketChange | None) -> HttpResponse:
    terms = terms_of(order.performance_id)
    all_tickets = tickets_of_order(order)
    tickets = [(one, qr_svg(one) if one.is_valid else "") for one in all_tickets]
    valid = [ticket for ticket in all_tickets if ticket.is_valid]
    now, receipts = timezone.now(), _receipts(order)
    balance = _balance(receipts)
    name_seats(order, all_tickets)
    context = {
        "order": order,
        "terms": terms,
        "tickets": tickets,
        "receipts": receipts,
        "balance": balance,
        "downloads": downloads_of(order, has_refunds=balance is not None),
        "tax_lines": tax_lines(order, tickets=valid, with_order_fee=True),
        "waiting": waiting,
        "can_pay_change": waiting is not None and can_pay_online(waiting.difference),
        "may_cancel": terms.takes_place and may_cancel(order, terms.cancel_until, now),
        "refunds_everything": terms.refund_until is not None and now < terms.refund_until,
        "may_rename": terms.takes_place and may_rename(order, terms.starts_at, now),
        "is_over": now > terms.starts_at,
        "invites_review": order.quantity and now >= terms.ends_at,
    }
    return hide_badge(render(request, "bookings/order.html", context), request)


def _receipts(order: Order) -> list[dict[str, Any]]:
    """Return payments, each followed by its refunds."""
    lines, seen = [], set()
    for pk, paid, captured_at, back, sent_at in read_receipts(order.reference):
        if pk not in seen:
            seen.add(pk)
            lines.append({"paid": paid, "at": captured_at})
        if back is not None:
            lines.append({"back": back, "at": sent_at})
    return lines


def _balance(receipts: list[dict[str, Any]]) -> Decimal | None:
    """Return what was paid less the refunds, or None if nothing was refunded."""
    if not any("back" in line for line in receipts):
        return None
    return sum((line.get("paid", 0) - line.get("back", 0) for line in receipts), Decimal(0))
