"""Who is asking: a visitor is known by a signed cookie, with or without an account."""

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.core import signing

COOKIE = "visitor"
COOKIE_AGE = 60 * 60 * 24 * 180
_signer = signing.Signer(salt="concert.visitor")


@dataclass(frozen=True)
class Customer:
    """The one who holds and buys: a visitor, with their account when they are logged in."""

    visitor: str
    user: object = None

    @property
    def actor(self):
        """How the transaction log names them."""
        return f"user:{self.user.pk}" if self.user else f"visitor:{self.visitor}"

    @property
    def may_book(self):
        """Whether they may hold and buy: guests do, unless accounts have to be approved."""
        if self.user is None:
            return not settings.ACCOUNT_APPROVAL_REQUIRED
        return self.user.may_book

    @property
    def lock_names(self):
        names = [f"visitor:{self.visitor}"]
        return [*names, f"user:{self.user.pk}"] if self.user else names


def customer_of(request):
    """Return the customer behind a request; a visitor without a cookie gets a new name."""
    user = request.user if request.user.is_authenticated else None
    return Customer(visitor_of(request) or secrets.token_urlsafe(16), user)


def visitor_of(request):
    """Return the visitor's name from their cookie, or None. A forged cookie counts as none."""
    try:
        return _signer.unsign(request.COOKIES.get(COOKIE, ""))
    except signing.BadSignature:
        return None


def remember(response, request, customer):
    """Give the visitor their cookie, unless they have it already."""
    if visitor_of(request) != customer.visitor:
        response.set_cookie(
            COOKIE,
            _signer.sign(customer.visitor),
            max_age=COOKIE_AGE,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response
