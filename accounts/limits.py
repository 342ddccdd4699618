"""How often strangers may try an account's password, or have e-mails sent to its address.

Counted by account and household: whoever tries from elsewhere locks nobody out at home. An account
is also counted by itself, against many households at once; that limit does not concern a browser in
which the account has been logged in before. So its owner always has a way in: such a browser, or
the e-mail with a code for a new password, which logs in.
"""

import secrets

from allauth.account.adapter import get_adapter
from allauth.core.internal import ratelimit
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from core.client_address import household_of
from core.email_addresses import lookup_email
from core.secret_keys import hmac_matches, hmac_of

APP = "allauth.account"
COOKIE = "known_browser"
COOKIE_AGE = 60 * 60 * 24 * 365
SALT = "accounts.known_browser"
_signer = signing.TimestampSigner(salt=SALT)


def source_of(request: HttpRequest, email: str) -> str:
    """Return whose attempts at this address are counted together: a known browser's, or else all
    that come from the same household."""
    return _known_browser(request, email) or household_of(get_adapter().get_client_ip(request))


def count_login(request: HttpRequest, email: str) -> ratelimit.RateLimitUsage | None:
    """Count a try at an account's password among all strangers' tries.

    Returns the usage, to be rolled back if the password was right, or None beyond the limit. Known
    browsers are not counted.
    """
    if _known_browser(request, email):
        return ratelimit.RateLimitUsage(usage=[])
    return ratelimit.consume(
        request, app=APP, action="login_failed_anywhere", key=lookup_email(email)
    )


def may_send_email(request: HttpRequest, email: str, action: str) -> bool:
    """Count an e-mail that anybody can have sent to an address; return whether it may be sent.

    `action` names two rates of `ACCOUNT_RATE_LIMITS`: `<action>` by household or known browser, and
    `<action>_anywhere`, which again does not concern known browsers.
    """
    email = lookup_email(email)
    near = f"{source_of(request, email)} {email}"
    if not ratelimit.consume(request, app=APP, action=action, key=near):
        return False
    if _known_browser(request, email):
        return True
    return bool(ratelimit.consume(request, app=APP, action=f"{action}_anywhere", key=email))


def remember_browser(response: HttpResponse, request: HttpRequest, user) -> HttpResponse:
    """Let this browser be known as one in which the account has been logged in."""
    if _known_browser(request, user.email):
        return response
    told = {"account": _digest(user.email), "browser": secrets.token_urlsafe(12)}
    response.set_cookie(
        COOKIE,
        _signer.sign_object(told),
        max_age=COOKIE_AGE,
        path="/accounts/",
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def _known_browser(request, email):
    """Return the browser's own name if this account has been logged in there, else ""."""
    try:
        told = _signer.unsign_object(request.COOKIES.get(COOKIE, ""), max_age=COOKIE_AGE)
        account, browser = told["account"], told["browser"]
    except (signing.BadSignature, ValueError, TypeError, KeyError):
        return ""
    is_known = hmac_matches(account, SALT, lookup_email(email))
    return f"browser:{browser}" if is_known else ""


def _digest(email: str) -> str:
    return hmac_of(SALT, lookup_email(email))
