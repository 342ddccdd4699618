"""Update the shop's cookies when a customer signs in or out."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts.models import User
from core.visitors import delete_visitor_cookie, set_visitor_cookie, visitor_of
from waitingroom.cookies import delete_queue_cookies

from .sale.holds import assign_guest_baskets
from .views.responses import hide_badge

VISITOR_CHANGE = "visitor_change"  # The attribute of a request.
LOGGED_IN, LOGGED_OUT = "logged in", "logged out"


def visitor_cookies(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Renew the visitor cookie on sign-in; delete visitor, basket and queue cookies on sign-out.

    Works for every way to sign in or out, by Django's signals (`note_login`, `note_logout`).
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        done = getattr(request, VISITOR_CHANGE, None)
        if done == LOGGED_IN and (visitor := visitor_of(request)):
            set_visitor_cookie(response, request, visitor)
        elif done == LOGGED_OUT:
            delete_visitor_cookie(response)
            hide_badge(response, request)
            delete_queue_cookies(response)
            _drop_kept_tickets(response)
        return response

    return middleware


def note_login(sender: Any, request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    """Receive `user_logged_in`: assign the guest's baskets in this browser to the account."""
    if request is None or _is_api_call(request):
        return
    setattr(request, VISITOR_CHANGE, LOGGED_IN)
    if visitor := visitor_of(request):
        assign_guest_baskets(visitor=visitor, user=user)


def note_logout(sender: Any, request: HttpRequest | None, user: User | None, **kwargs: Any) -> None:
    """Receive `user_logged_out`."""
    if request is not None and user is not None and not _is_api_call(request):
        setattr(request, VISITOR_CHANGE, LOGGED_OUT)


def _drop_kept_tickets(response: HttpResponse) -> None:
    """Redirect by an address that the service worker of the ticket pages sees, and acts on."""
    if to := response.headers.get("Location"):
        query = urlencode({"next": to})
        response.headers["Location"] = f"{reverse('bookings:tickets_logged_out')}?{query}"


def _is_api_call(request: HttpRequest) -> bool:
    # The API ignores cookies.
    return hasattr(request, "caller")
