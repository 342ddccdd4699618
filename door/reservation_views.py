"""Sales that are paid later, by bank transfer."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.requests import user_of
from bookings.models import Order
from bookings.sale.payment_options import account_for
from core.exceptions import Refused

from .access import counter_staff, may_comp
from .forms import PayLaterForm
from .sale_views import pending_order
from .sales import sell_on_transfer


@never_cache
@counter_staff
@require_http_methods(["GET", "HEAD", "POST"])
def pay_later(request: HttpRequest, pk: int, reference: str) -> HttpResponse:
    """Ask until when a sale is paid by transfer; POST reserves its seats until then.

    For those who may change orders.
    """
    if not may_comp(user_of(request)):
        raise Http404
    order = pending_order(pk, reference)
    if order.is_confirmed:
        return redirect("door:sold", pk, reference)
    form = PayLaterForm(request.POST or None, order=order)
    if order.is_reserved or request.method != "POST" or not form.is_valid():
        return _page(request, order, form, 422 if form.is_bound else 200)
    try:
        sell_on_transfer(
            order=order,
            email=form.cleaned_data["email"],
            name=form.cleaned_data["name"],
            payable_until=form.payable_until(),
            staff=user_of(request),
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, order, form, refusal.status)
    return redirect("door:pay_later", pk, reference)


def _page(request: HttpRequest, order: Order, form: PayLaterForm, status: int) -> HttpResponse:
    context = {
        "order": order,
        "performance": order.performance,
        "zone": order.performance.venue.zone,
        "account": account_for(order),
        "form": form,
    }
    return render(request, "door/pay_later.html", context, status=status)
