"""What every page may ask about who is looking at it, and where they are."""

from functools import cache

from django.conf import settings
from django.urls import reverse

from core.version import VERSION

NAVIGATION = ("shows:list", "venues:list", "bookings:orders", "accounts:profile", "account_login")


def visitor(request):
    """`signed_in`, found out without opening a session for those who bring none, `version` and
    `nav_page`.

    Pages for visitors who are not logged in are the same for everybody and are cached; touching the
    session would mark them as depending on the cookie. `nav_page` is the address of the page if the
    navigation leads to it, else empty: it has few values, so that the navigation can be kept.
    """
    return {
        "signed_in": is_signed_in(request),
        "version": VERSION,
        "nav_page": request.path if request.path in _navigation() else "",
    }


def is_signed_in(request):
    """Tell whether somebody is logged in, without opening a session for those who bring none."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated


@cache
def _navigation():
    return frozenset(map(reverse, NAVIGATION))
