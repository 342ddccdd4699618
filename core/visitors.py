"""Visitors, with or without an account: a browser is identified by a signed cookie.

The cookie of a signed-in browser contains the account as well and is invalid without it: after the
account has signed out or its session has ended, the next user of the browser is a new visitor.
"""

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

COOKIE = "visitor"
COOKIE_AGE = 60 * 60 * 24 * 180
# Separates the visitor's ID from the account's primary key; occurs in neither.
_SEPARATOR = "~"
_signer = signing.Signer(salt="concert.visitor")


def visitor_of(request: HttpRequest) -> str | None:
    """Return the visitor's ID from the cookie, or None.

    Forged cookies, and those of an account that is not signed in, are ignored.
    """
    visitor, _separator, account = _cookie_of(request).partition(_SEPARATOR)
    if account and account != _account_of(request):
        return None
    return visitor or None


def has_visitor_cookie(request: HttpRequest) -> bool:
    """Return whether there is a valid visitor cookie, without accessing the session."""
    return bool(_cookie_of(request))


def new_visitor(seed: str | None = None) -> str:
    """Return a new visitor ID; with a secret `seed`, the same ID for the same seed."""
    if seed is None:
        return secrets.token_urlsafe(16)
    return salted_hmac("concert.visitor.seed", seed, algorithm="sha256").hexdigest()[:32]


def signed_visitor(visitor: str) -> str:
    """Return the signed ID, for API clients without cookies."""
    return _signer.sign(visitor)


def unsigned_visitor(text: str) -> str | None:
    """Return the ID from the result of `signed_visitor`, or None if it is invalid."""
    visitor = _unsigned(text)
    return None if _SEPARATOR in visitor else visitor or None


def set_visitor_cookie(response: HttpResponse, request: HttpRequest, visitor: str) -> HttpResponse:
    """Set the visitor's cookie, unless the browser has it already."""
    account = _account_of(request)
    value = f"{visitor}{_SEPARATOR}{account}" if account else visitor
    if _cookie_of(request) != value:
        response.set_cookie(
            COOKIE,
            _signer.sign(value),
            max_age=COOKIE_AGE,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response


def delete_visitor_cookie(response: HttpResponse) -> HttpResponse:
    """Delete the visitor's cookie: the next request is by a new visitor."""
    response.delete_cookie(COOKIE, samesite="Lax")
    return response


def _cookie_of(request: HttpRequest) -> str:
    return _unsigned(request.COOKIES.get(COOKIE, ""))


def _unsigned(text: str) -> str:
    try:
        return _signer.unsign(text)
    except signing.BadSignature:
        return ""


def _account_of(request: HttpRequest) -> str:
    user = getattr(request, "user", None)
    return str(user.pk) if user is not None and user.is_authenticated else ""
