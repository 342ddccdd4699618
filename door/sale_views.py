"""Sales at the door: what to sell, the payment, and the tickets."""

from decimal import ROUND_CEILING, Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import user_of
from bookings.documents import ticket_pdf
from bookings.models import Order
from bookings.staff_operations.counter_payments import cancel_sale, take_payment
from core.database.locks import database_now
from core.exceptions import Refused
from core.money import money
from finance.till.sessions import open_session_of
from payments.exceptions import PaymentError
from payments.models import Payment
from shows.models import Performance
from shows.terms import terms_of

from .access import counter_staff, get_performance, may_comp
from .check_ins import check_in
from .exceptions import AlreadyCheckedIn
from .forms import PaymentForm, SaleForm, door_of
from .sales import save_answers, sell_comps, start_sale, started_here


@never_cache
@counter_staff
@require_http_methods(["GET", "HEAD", "POST"])
def sell(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form of a sale; POST reserves the places and leads to the payment."""
    performance = get_performance(pk)
    form = SaleForm(request.POST or None, terms=terms_of(pk), may_comp=may_comp(user_of(request)))
    if request.method != "POST" or not form.is_valid():
        return _page(request, performance, form, 422 if form.is_bound else 200)
    try:
        order = _start(request, pk, form)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, performance, form, refusal.status)
    return redirect("door:sold" if order.is_confirmed else "door:pay", pk, order.reference)


@never_cache
@counter_staff
@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: HttpRequest, pk: int, reference: str) -> HttpResponse:
    """Show the total of a sale; POST records its payment, or releases the places (`cancel`)."""
    order = pending_order(pk, reference)
    if order.is_confirmed:
        return redirect("door:sold", pk, reference)
    if order.is_reserved:
        return redirect("door:pay_later", pk, reference)
    if request.method == "POST" and "cancel" in request.POST:
        cancel_sale(order=order, staff=user_of(request))
        messages.success(request, _("Sale cancelled. The seats have been released."))
        return redirect("door:sell", pk)
    form = PaymentForm(request.POST or None, order=order)
    if request.method != "POST" or not form.is_valid():
        return _payment_page(request, order, form, 422 if form.is_bound else 200)
    save_answers(order=order, details=form.answers.details())
    try:
        order = take_payment(
            order=order, method=form.cleaned_data["method"], staff=user_of(request)
        )
    except PaymentError:
        form.add_error(None, _("The sale could not be completed. Please try again."))
        return _payment_page(request, order, form, 503)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _payment_page(request, order, form, refusal.status)
    return _finish(request, order, form)


@never_cache
@counter_staff
@require_safe
def sold(request: HttpRequest, pk: int, reference: str) -> HttpResponse:
    """Show a completed sale with its tickets."""
    order = _order(pk, reference)
    payment = Payment.objects.captured().for_purpose(order.reference).first()
    context = {
        "order": order,
        "performance": order.performance,
        "tickets": order.tickets.valid().order_by("place_id").prefetch_related("check_ins"),
        "payment": payment,
    }
    return render(request, "door/sold.html", context)


@never_cache
@counter_staff
@require_safe
def sold_pdf(request: HttpRequest, pk: int, reference: str) -> HttpResponse:
    """Return the tickets of a sale as a PDF to print."""
    order = _order(pk, reference)
    tickets = list(order.tickets.valid().order_by("place_id", "pk"))
    if not tickets:
        raise Http404
    pdf = ticket_pdf.tickets_pdf(order=order, tickets=tickets)
    name = ticket_pdf.file_name(order)
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


def pending_order(pk: int, reference: str) -> Order:
    """Return a sale at the door of this performance, paid or not, or raise `Http404`."""
    orders = Order.objects.select_related("performance__show", "performance__venue", "hold")
    order = orders.filter(performance_id=pk, reference=reference).first()
    if order is None or not started_here(order):
        raise Http404
    return order


def _start(request: HttpRequest, pk: int, form: SaleForm) -> Order:
    data = form.cleaned_data
    details: dict[str, Any] = {
        "performance_id": pk,
        "request": form.sale_request(),
        "staff": user_of(request),
        "key": data["key"],
        "name": data["name"],
        "email": data["email"],
    }
    if data.get("comp"):
        return sell_comps(**details, reason=data["reason"])
    return start_sale(**details)


def _finish(request: HttpRequest, order: Order, form: PaymentForm) -> HttpResponse:
    if not order.is_confirmed:
        messages.error(
            request,
            _(
                "The reservation had expired and the seats were sold. Give the money back: the "
                "refund is waiting at your till."
            ),
        )
        return redirect("door:sell", order.performance_id)
    change = form.change_due()
    if change is not None:
        text = _("Change: %(amount)s") % {"amount": money(change, order.currency)}
        messages.success(request, text)
    if form.cleaned_data["admit"]:
        _check_in(request, order)
    return redirect("door:sold", order.performance_id, order.reference)


def _check_in(request: HttpRequest, order: Order) -> None:
    """Check in the tickets that have just been sold. May be repeated."""
    for ticket in order.tickets.valid():
        try:
            check_in(
                performance_id=order.performance_id,
                door=door_of(request),
                by=user_of(request),
                ticket_id=ticket.pk,
            )
        except AlreadyCheckedIn:
            continue


def _page(
    request: HttpRequest, performance: Performance, form: SaleForm, status: int
) -> HttpResponse:
    context = {"performance": performance, "zone": performance.venue.zone, "form": form}
    return render(request, "door/sell.html", context, status=status)


def _payment_page(
    request: HttpRequest, order: Order, form: PaymentForm, status: int
) -> HttpResponse:
    context = {
        "order": order,
        "performance": order.performance,
        "zone": order.performance.venue.zone,
        "form": form,
        "lines": [(line, form.answers.ticket_fields(line["place"])) for line in order.quote],
        "needs_till": open_session_of(user_of(request)) is None,
        "till_url": f"{reverse('finance:till')}?next={request.path}",
        "suggestions": _round_amounts(order.total),
        "may_pay_later": may_comp(user_of(request)),
        "has_expired": not order.hold.is_live(database_now()),
    }
    return render(request, "door/pay.html", context, status=status)


def _round_amounts(total: Decimal) -> list[Decimal]:
    """Return what customers are likely to hand over: the total rounded up to notes."""
    notes = map(Decimal, (1, 5, 10, 20, 50, 100))
    rounded = {(total / note).to_integral_value(ROUND_CEILING) * note for note in notes}
    return sorted(rounded)[:4]


def _order(pk: int, reference: str) -> Order:
    orders = Order.objects.confirmed().select_related("performance__show", "performance__venue")
    order = orders.filter(performance_id=pk, reference=reference).first()
    if order is None:
        raise Http404
    return order
