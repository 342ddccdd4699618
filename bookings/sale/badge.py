"""The number beside "Basket" in the header: a cookie that `static/js/basket-badge.js` reads.

Pages for visitors are the same for everybody, so the number cannot stand in them.
"""

from django.conf import settings

COOKIE = "basket"


def show_badge(response, *, quantity, expires_at):
    """Have the badge say `quantity` until `expires_at`. It is a hint, and not signed."""
    value = f"{quantity}.{int(expires_at.timestamp())}"
    # Readable by the script, which is the whole point.
    response.set_cookie(
        COOKIE,
        value,
        max_age=60 * 60 * 2,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def hide_badge(response, request):
    """Have the badge say nothing any more."""
    if COOKIE in request.COOKIES:
        response.delete_cookie(COOKIE, samesite="Lax")
    return response
