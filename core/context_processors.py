"""Context processors for all pages."""

from functools import cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from core.version import VERSION

NAVIGATION = ("shows:list", "venues:list", "bookings:orders", "bookings:account", "account_login")


def visitor(request: HttpRequest) -> dict[str, object]:
    """Return `signed_in`, `version` and `nav_page`.

    `signed_in` does not access the session of visitors without a session cookie: their pages are
    cached for everybody. `nav_page` is the page's path if it is in the navigation, else empty: it
    has few values, so that the rendered navigation can be reused.
    """
    return {
        "signed_in": is_signed_in(request),
        "version": VERSION,
        "nav_page": request.path if request.path in _navigation() else "",
    }


def is_signed_in(request: HttpRequest) -> bool:
    """Return whether an account is signed in; access the session only if there is a cookie."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated


@cache
def _navigation() -> frozenset[str]:
    return frozenset(map(reverse, NAVIGATION))
