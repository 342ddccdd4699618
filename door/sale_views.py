"""Sales at the door: the form, the result and its tickets."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import user_of
from bookings.documents import ticket_pdf
from bookings.models import Order
from core.exceptions import Refused
from payments.exceptions import PaymentError
from payments.models import Payment
from shows.models import Performance
from shows.terms import terms_of

from .access import counter_staff, get_performance
from .check_ins import check_in
from .exceptions import AlreadyCheckedIn
from .forms import door_of
from .sale_forms import SaleForm
from .sales import sell_at_door


@never_cache
@counter_staff
@require_http_methods(["GET", "HEAD", "POST"])
def sell(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form of a sale; POST completes it."""
    performance = get_performance(pk)
    form = SaleForm(request.POST or None, terms=terms_of(pk))
    if request.method != "POST" or not form.is_valid():
        return _page(request, performance, form, 422 if form.is_bound else 200)
    try:
        order = _sell(request, pk, form)
    except PaymentError:
        form.add_error(None, _("The sale could not be completed. Please try again."))
        return _page(request, performance, form, 503)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, performance, form, refusal.status)
    if form.cleaned_data["admit"]:
        _check_in(request, order)
    return redirect("door:sold", pk, order.reference)


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


def _sell(request: HttpRequest, pk: int, form: SaleForm) -> Order:
    data = form.cleaned_data
    return sell_at_door(
        performance_id=pk,
        request=form.sale_request(),
        method=data["method"],
        staff=user_of(request),
        key=data["key"],
        name=data["name"],
        email=data["email"],
        reason=data["reason"],
    )


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


def _order(pk: int, reference: str) -> Order:
    orders = Order.objects.confirmed().select_related("performance__show", "performance__venue")
    order = orders.filter(performance_id=pk, reference=reference).first()
    if order is None:
        raise Http404
    return order
