"""Rate limits of password attempts, and of e-mails that anybody can have sent to an address.

Attempts are counted by account and household, so that attempts from elsewhere do not lock the owner
out at home. They are also counted by account alone, against attempts from many households; browsers
in which the account has been signed in before are exempt from that. So the owner can always sign
in: from such a browser, or with the code of a password-reset e-mail.
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

from .models import User

APP = "allauth.account"
COOKIE = "known_browser"
COOKIE_AGE = 60 * 60 * 24 * 365
SALT = "accounts.known_browser"
_signer = signing.TimestampSigner(salt=SALT)


def attempt_source(request: HttpRequest, email: str) -> str:
    """Return whose attempts are counted together: a known browser's, or else a household's."""
    return _known_browser(request, email) or household_of(get_adapter().get_client_ip(request))


def count_login(request: HttpRequest, email: str) -> ratelimit.RateLimitUsage | None:
    """Count a password attempt by account.

    Return the usage, to be rolled back if the password is correct, or None beyond the limit. Known
    browsers are not counted.
    """
    if _known_browser(request, email):
        return ratelimit.RateLimitUsage(usage=[])
    return ratelimit.consume(
        request, app=APP, action="login_failed_anywhere", key=lookup_email(email)
    )


def may_send_email(request: HttpRequest, email: str, action: str) -> bool:
    """Count an e-mail to an address; return whether it may be sent.

    `action` names two rates of `ACCOUNT_RATE_LIMITS`: `<action>` by household or known browser, and
    `<action>_anywhere` by address alone, from which known browsers are exempt.
    """
    email = lookup_email(email)
    near = f"{attempt_source(request, email)} {email}"
    if not ratelimit.consume(request, app=APP, action=action, key=near):
        return False
    if _known_browser(request, email):
        return True
    return bool(ratelimit.consume(request, app=APP, action=f"{action}_anywhere", key=email))


def remember_browser(response: HttpResponse, request: HttpRequest, user: User) -> HttpResponse:
    """Set the cookie of a browser in which the account has been signed in."""
    if _known_browser(request, user.email):
        return response
    value = {"account": _digest(user.email), "browser": secrets.token_urlsafe(12)}
    response.set_cookie(
        COOKIE,
        _signer.sign_object(value),
        max_age=COOKIE_AGE,
        path="/accounts/",
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def _known_browser(request: HttpRequest, email: str) -> str:
    """Return the browser's ID if this account has been signed in there, else ""."""
    try:
        value = _signer.unsign_object(request.COOKIES.get(COOKIE, ""), max_age=COOKIE_AGE)
        account, browser = value["account"], value["browser"]
    except (signing.BadSignature, ValueError, TypeError, KeyError):
        return ""
    is_known = hmac_matches(account, SALT, lookup_email(email))
    return f"browser:{browser}" if is_known else ""


def _digest(email: str) -> str:
    return hmac_of(SALT, lookup_email(email))
