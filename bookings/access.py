"""Who may see which basket and which order. Everybody else is told that there is none."""

from django.http import Http404
from django.utils.crypto import constant_time_compare

from .models import Hold, Order
from .visitors import customer_of

# A cookie of each order's own, sent to its pages alone.
KEY_COOKIE = "order_key"


def get_basket(request, token):
    """Return `(customer, hold)`; the hold comes as `HoldQuerySet.for_basket` has it. Or 404."""
    customer = customer_of(request)
    hold = Hold.objects.made_by(customer).for_basket().filter(token=token).first()
    if hold is None:
        raise Http404
    return customer, hold


def get_order(request, reference):
    """Return an order to those who may see it, or 404.

    That is the account that ordered, the browser that ordered, and whoever comes by the link in
    the letter (`?key=`) or came by it before (`remember_key`).
    """
    customer = customer_of(request)
    order = Order.objects.select_related("hold").filter(reference=reference).first()
    if order is None or not (_made_by(order, customer) or _has_key(request, order)):
        raise Http404
    return order


def brings_key(request, order):
    """Whether the address itself holds the order's key, which should not stay there."""
    return constant_time_compare(request.GET.get("key", ""), order.key)


def remember_key(response, request, order):
    """Let this browser see the order from now on."""
    response.set_cookie(
        KEY_COOKIE,
        order.key,
        max_age=60 * 60 * 24 * 365,
        path=order.get_absolute_url(),
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return response


def _made_by(order, customer):
    if customer.user and order.user_id == customer.user.pk:
        return True
    # The basket may have been filled on one device of an account and ordered on another.
    return customer.visitor in (order.visitor, order.hold.visitor)


def _has_key(request, order):
    return brings_key(request, order) or constant_time_compare(
        request.COOKIES.get(KEY_COOKIE, ""), order.key
    )
