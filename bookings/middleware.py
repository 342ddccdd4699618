"""What logging in and out does to the cookies of the shop."""

from core.visitors import delete_visitor_cookie, set_visitor_cookie, visitor_of
from waitingroom.cookies import forget_places

from .sale.badge import hide_badge
from .sale.guest_baskets import assign_guest_baskets

LOGGED_IN, LOGGED_OUT = "logged in", "logged out"


def visitor_cookies(get_response):
    """Bind the visitor to the account that logs in, and end visitor, basket and queue at log-out.

    Whichever page or API it was done by: Django's signals tell (`note_login`, `note_logout`).
    """

    def middleware(request):
        response = get_response(request)
        done = getattr(request, "visitor_change", None)
        if done == LOGGED_IN and (visitor := visitor_of(request)):
            set_visitor_cookie(response, request, visitor)
        elif done == LOGGED_OUT:
            delete_visitor_cookie(response)
            hide_badge(response, request)
            forget_places(response)
        return response

    return middleware


def note_login(sender, request, user, **kwargs):
    """Receive `user_logged_in`: the guest's baskets in this browser become the account's."""
    if request is None or _is_program(request):
        return
    request.visitor_change = LOGGED_IN
    if visitor := visitor_of(request):
        assign_guest_baskets(visitor=visitor, user=user)


def note_logout(sender, request, user, **kwargs):
    """Receive `user_logged_out`."""
    if request is not None and user is not None and not _is_program(request):
        request.visitor_change = LOGGED_OUT


def _is_program(request):
    # Cookies count for nothing in the API.
    return hasattr(request, "caller")
