"""Access to baskets and orders: everybody but their customer gets 404. Who sees addresses."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from accounts.models import User
from core.secret_keys import hmac_matches, hmac_of

from .models import Hold, Order
from .sale.customers import Customer, customer_of, remember
from .sale.queries import find_basket, find_order

# Cookies for each order, sent to its pages only.
KEY_COOKIE, TICKETS_KEY_COOKIE = "order_key", "tickets_key"
KEY_SALT = "bookings.order_key"

# Everyone who can see orders sees names; addresses also need this permission.
CONTACT_PERMISSION = "bookings.contact_order"


def get_basket(request: HttpRequest, token: str) -> tuple[Customer, Hold]:
    """Return the customer and their hold, or raise 404.

    The hold has the attributes `now`, the database's time, and `order_reference`, `order_email`,
    `order_name` and `order_details`, which are None while it has no order.
    """
    customer = customer_of(request)
    hold = find_basket(token, customer)
    if hold is None:
        raise Http404
    return customer, hold


def get_order(request: HttpRequest, reference: str) -> Order:
    """Return an order that this request can access, or raise 404.

    That is the order's customer (`Order.is_of`), and anyone who follows the link in the e-mail
    (`?key=`) or has followed it before (`remember_key`).
    """
    customer = customer_of(request)
    order = find_order(reference)
    if order is None or not (order.is_of(customer) or _has_key(request, order, customer)):
        raise Http404
    return order


def brings_key(request: HttpRequest, order: Order) -> bool:
    """Return whether the URL has the order's key, which should be removed from it."""
    return constant_time_compare(request.GET.get("key", ""), order.key)


def has_remembered_key(request: HttpRequest) -> bool:
    """Return whether a link in an e-mail was followed, as far as the cookie of the order says."""
    return KEY_COOKIE in request.COOKIES


def remember_key(response: HttpResponse, request: HttpRequest, order: Order) -> HttpResponse:
    """Let this visitor access the order until they sign out."""
    customer = customer_of(request)
    paths = {
        KEY_COOKIE: order.get_absolute_url(),
        TICKETS_KEY_COOKIE: reverse("bookings:tickets", args=[order.reference]),
    }
    for name, path in paths.items():
        response.set_cookie(
            name,
            _key_of_visitor(order, customer.visitor),
            max_age=60 * 60 * 24 * 365,
            path=path,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure(),
        )
    return remember(response, request, customer)


def may_see_contacts(user: User) -> bool:
    """Return whether the user can see customers' e-mail addresses."""
    return user.has_perm(CONTACT_PERMISSION)


def _has_key(request: HttpRequest, order: Order, customer: Customer) -> bool:
    return brings_key(request, order) or any(
        hmac_matches(request.COOKIES.get(name, ""), KEY_SALT, f"{order.key}:{customer.visitor}")
        for name in (KEY_COOKIE, TICKETS_KEY_COOKIE)
    )


def _key_of_visitor(order: Order, visitor: str) -> str:
    # Signing out cannot delete this cookie, because it has the path of the order. It includes the
    # visitor, so it is worthless once the visitor cookie is replaced.
    return hmac_of(KEY_SALT, f"{order.key}:{visitor}")
