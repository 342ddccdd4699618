"""Responses that several pages of the sale share, and the number next to "Basket" in the header.

Pages are cached for all visitors, so the number is in a cookie, for `static/js/basket-badge.js`.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from core.annotations import HtmxRequest
from payments.exceptions import AlreadyPaid, PaymentError
from payments.provider_calls import StillWaiting

from ..exceptions import NotSoldOnline, QueueRequired
from ..models import Order
from ..sale.payment_pages import open_order_page

COOKIE = "basket"


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


def show_badge(response: HttpResponse, *, quantity: int, expires_at: datetime) -> HttpResponse:
    """Show `quantity` in the badge until `expires_at`. The cookie is a hint and not signed."""
    value = f"{quantity}.{int(expires_at.timestamp())}"
    # Not HttpOnly, since the script reads it.
    response.set_cookie(
        COOKIE,
        value,
        max_age=60 * 60 * 2,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def hide_badge(response: HttpResponse, request: HttpRequest) -> HttpResponse:
    """Hide the badge."""
    if COOKIE in request.COOKIES:
        response.delete_cookie(COOKIE, samesite="Lax")
    return response
