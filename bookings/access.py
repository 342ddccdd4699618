"""Who may see which basket and which order. Everybody else is told that there is none."""

from django.http import Http404
from django.utils.crypto import constant_time_compare, salted_hmac

from .sale.customers import customer_of, remember
from .sale.queries import find_basket, find_order

# A cookie of each order's own, sent to its pages alone.
KEY_COOKIE = "order_key"


def get_basket(request, token):
    """Return `(customer, hold)`, or 404.

    The hold knows `now`, the database's time, and `order_reference`, `order_email` and `order_name`
    of its order, each None as long as there is none.
    """
    customer = customer_of(request)
    hold = find_basket(token, customer)
    if hold is None:
        raise Http404
    return customer, hold


def get_order(request, reference):
    """Return an order to those who may see it, or 404.

    That is its customer (`Order.is_of`), and whoever comes by the link in the e-mail (`?key=`) or
    came by it before (`remember_key`).
    """
    customer = customer_of(request)
    order = find_order(reference)
    if order is None or not (order.is_of(customer) or _has_key(request, order, customer)):
        raise Http404
    return order


def brings_key(request, order):
    """Whether the address itself holds the order's key, which should not stay there."""
    return constant_time_compare(request.GET.get("key", ""), order.key)


def remember_key(response, request, order):
    """Let this visitor see the order from now on, until they log out."""
    customer = customer_of(request)
    response.set_cookie(
        KEY_COOKIE,
        _key_of_visitor(order, customer.visitor),
        max_age=60 * 60 * 24 * 365,
        path=order.get_absolute_url(),
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return remember(response, request, customer)


def _has_key(request, order, customer):
    return brings_key(request, order) or constant_time_compare(
        request.COOKIES.get(KEY_COOKIE, ""), _key_of_visitor(order, customer.visitor)
    )


def _key_of_visitor(order, visitor):
    # Log-out cannot delete this cookie, whose path the browser alone knows. Being the visitor's, it
    # opens nothing once the visitor has ended.
    told = f"{order.key}:{visitor}"
    return salted_hmac("bookings.order_key", told, algorithm="sha256").hexdigest()
