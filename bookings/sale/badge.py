"""The number next to "Basket" in the header: a cookie that `static/js/basket-badge.js` reads.

Pages are cached for all visitors, so the number cannot be part of them.
"""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE = "basket"


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
