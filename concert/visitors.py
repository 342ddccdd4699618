"""Who is asking, with or without an account: a browser is known by a signed cookie."""

import secrets

from django.conf import settings
from django.core import signing
from django.utils.crypto import salted_hmac

COOKIE = "visitor"
COOKIE_AGE = 60 * 60 * 24 * 180
_signer = signing.Signer(salt="concert.visitor")


def visitor_of(request):
    """Return the visitor's name from their cookie, or None. A forged cookie counts as none."""
    try:
        return _signer.unsign(request.COOKIES.get(COOKIE, ""))
    except signing.BadSignature:
        return None


def new_visitor(seed=None):
    """Return a name for who has none yet; with a secret `seed`, the same name for the same seed."""
    if seed is None:
        return secrets.token_urlsafe(16)
    return salted_hmac("concert.visitor.seed", seed, algorithm="sha256").hexdigest()[:32]


def signed_visitor(visitor):
    """Return the name as a program without cookies may keep it."""
    return _signer.sign(visitor)


def unsigned_visitor(text):
    """Return the name in what `signed_visitor` gave, or None."""
    try:
        return _signer.unsign(text)
    except signing.BadSignature:
        return None


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
