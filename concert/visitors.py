"""Who is asking, with or without an account: a browser is known by a signed cookie."""

import secrets

from django.conf import settings
from django.core import signing

COOKIE = "visitor"
COOKIE_AGE = 60 * 60 * 24 * 180
_signer = signing.Signer(salt="concert.visitor")


def visitor_of(request):
    """Return the visitor's name from their cookie, or None. A forged cookie counts as none."""
    try:
        return _signer.unsign(request.COOKIES.get(COOKIE, ""))
    except signing.BadSignature:
        return None


def new_visitor():
    """Return a name for a browser that has none yet."""
    return secrets.token_urlsafe(16)


def remember_visitor(response, request, visitor):
    """Give the visitor their cookie, unless they have it already."""
    if visitor_of(request) != visitor:
        response.set_cookie(
            COOKIE,
            _signer.sign(visitor),
            max_age=COOKIE_AGE,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response
