"""Who may see which basket and which order. Everybody else is told that there is none."""

from django.http import Http404
from django.utils.crypto import constant_time_compare

from core.database.rows import columns_of, instance, run
from core.secret_keys import hmac_matches, hmac_of

from .models import Hold
from .sale.customers import customer_of, remember
from .sale.statements import find_order

# A cookie of each order's own, sent to its pages alone.
KEY_COOKIE = "order_key"
KEY_SALT = "bookings.order_key"

# `HoldQuerySet.made_by` and `for_basket`, with what the customer typed when they ordered before. By
# hand, because two of the requests of every purchase begin with it.
BASKET = f"""
SELECT {columns_of(Hold)}, statement_timestamp(),
       bookings_order.reference, bookings_order.email, bookings_order.name
FROM bookings_hold LEFT JOIN bookings_order ON bookings_order.hold_id = bookings_hold.id
WHERE bookings_hold.token = %(token)s
      AND (bookings_hold.visitor = %(visitor)s AND bookings_hold.user_id IS NULL
           OR bookings_hold.user_id = %(user)s)
"""


def get_basket(request, token):
    """Return `(customer, hold)`, or 404.

    The hold knows `now`, the database's time, and `order_reference`, `order_email` and `order_name`
    of its order, each None as long as there is none.
    """
    customer = customer_of(request)
    user_id = customer.user.pk if customer.user else None
    rows = run(BASKET, {"token": token, "visitor": customer.visitor, "user": user_id})
    if not rows:
        raise Http404
    *columns, now, reference, email, name = rows[0]
    hold = instance(Hold, columns)
    hold.now = now
    hold.order_reference, hold.order_email, hold.order_name = reference, email, name
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
    cookie = request.COOKIES.get(KEY_COOKIE, "")
    return brings_key(request, order) or hmac_matches(
        cookie, KEY_SALT, f"{order.key}:{customer.visitor}"
    )


def _key_of_visitor(order, visitor):
    # Log-out cannot delete this cookie, whose path the browser alone knows. Being the visitor's, it
    # opens nothing once the visitor has ended.
    return hmac_of(KEY_SALT, f"{order.key}:{visitor}")
