"""Responses that several pages of the sale share."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from core.annotations import HtmxRequest
from payments.exceptions import AlreadyPaid, PaymentError
from payments.provider_calls import StillWaiting

from ..exceptions import NotSoldOnline, QueueRequired
from ..models import Order
from ..sale.payment_pages import open_order_page


def see_other(to: Any, *args: Any) -> HttpResponseRedirect:
    """Redirect with 303, so that the browser follows with a GET."""
    return HttpResponseRedirect(resolve_url(to, *args), status=303)


def to_queue(request: HtmxRequest, refusal: QueueRequired) -> HttpResponse:
    """Redirect a customer without a pass to the waiting room."""
    response = see_other("waitingroom:queue", refusal.performance_id)
    if request.htmx:
        return HttpResponseClientRedirect(response["Location"])
    return response


def to_payment(request: HtmxRequest, order: Order) -> HttpResponse:
    """Redirect to the order's payment, or to the order if there is nothing to pay.

    Repeating the request leads to the same payment.
    """
    if order.status not in (Order.Status.PENDING, Order.Status.RESERVED):
        return see_other(order)
    try:
        _payment, url = open_order_page(
            order=order,
            return_url=request.build_absolute_uri(order.get_absolute_url()),
            for_page=True,
        )
        return see_other(url)
    except StillWaiting:
        return see_other("bookings:order_pay_page", order.reference)
    except NotSoldOnline as refusal:
        messages.error(request, str(refusal))
    except AlreadyPaid:
        pass
    except PaymentError:
        payment_failed(request)
    return see_other(order)


def payment_failed(request: HtmxRequest) -> None:
    """Tell the customer that the payment could not be started."""
    messages.error(
        request, _("We couldn't start the payment. Nothing was charged. Please try again.")
    )
