"""Who is asking, with or without an account: a browser is known by a signed cookie.

The cookie of a browser that is logged in names the account as well, and is worthless without it:
whoever uses that browser after the account has logged out, or after its session has ended, is a new
visitor.
"""

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

COOKIE = "visitor"
COOKIE_AGE = 60 * 60 * 24 * 180
# Between the visitor's name and the account's primary key; in neither of them.
_AND = "~"
_signer = signing.Signer(salt="concert.visitor")


def visitor_of(request):
    """Return the visitor's name from their cookie, or None.

    A forged cookie counts as none, and so does one that belongs to an account which is not logged
    in here.
    """
    visitor, _and, account = _cookie_of(request).partition(_AND)
    if account and account != _account_of(request):
        return None
    return visitor or None


def has_visitor_cookie(request: HttpRequest) -> bool:
    """Whether the browser has a visitor's cookie of ours, without asking who is logged in."""
    return bool(_cookie_of(request))


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
    visitor = _unsigned(text)
    return None if _AND in visitor else visitor or None


def set_visitor_cookie(response, request, visitor):
    """Give the visitor their cookie, unless they have it already."""
    account = _account_of(request)
    value = f"{visitor}{_AND}{account}" if account else visitor
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
    """Have the browser forget its visitor: the next one gets another name."""
    response.delete_cookie(COOKIE, samesite="Lax")
    return response


def _cookie_of(request):
    return _unsigned(request.COOKIES.get(COOKIE, ""))


def _unsigned(text):
    try:
        return _signer.unsign(text)
    except signing.BadSignature:
        return ""


def _account_of(request):
    user = getattr(request, "user", None)
    return str(user.pk) if user is not None and user.is_authenticated else ""
