"""Sign up and log in by allauth's own steps, the same as on the pages.

Its rate limits, codes by e-mail and second factor apply. Requests are passed on, and responses
put in the API's form.

`session` identifies an unfinished step to allauth; it is good only for the next step.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.headless import app_settings
from allauth.headless.account.views import (
    LoginView,
    SessionView,
    SignupView,
    VerifyEmailView,
)
from allauth.headless.constants import Client
from allauth.headless.internal.restkit.inputs import Input
from allauth.headless.mfa.views import AuthenticateView
from allauth.headless.tokens.strategies.jwt.internal import decode_token, session_key_from_sid
from django.contrib.sessions.backends.base import UpdateError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.forms import SignupForm
from core.database.locks import lock_names
from core.email_addresses import lookup_email

from .problems import Problem


class _Registration(SignupForm, Input):
    """The form of the page, which answers alike for addresses that have an account."""


class _SignupView(SignupView):
    input_class = {"POST": _Registration}


_login = LoginView.as_api_view(client=Client.APP)
_signup = _SignupView.as_api_view(client=Client.APP)
_verify = VerifyEmailView.as_api_view(client=Client.APP)
_second_factor = AuthenticateView.as_api_view(client=Client.APP)
_session = SessionView.as_api_view(client=Client.APP)

# The names of the next steps.
STEPS = {"verify_email": "verify-email", "mfa_authenticate": "second-factor"}


def sign_up(request: HttpRequest, *, email: str, password: str, name: str) -> dict[str, Any]:
    """Create an account; return the next step."""
    return _ask(request, _signup, {"email": email, "password1": password, "name": name})


def log_in(request: HttpRequest, *, email: str, password: str) -> dict[str, Any]:
    """Check the password; return the tokens or the next step."""
    return _ask(request, _login, {"email": lookup_email(email), "password": password})


def verify_address(request: HttpRequest, *, session: str, code: str) -> dict[str, Any]:
    """Check the code from the e-mail; return the tokens or the next step."""
    return _ask(request, _verify, {"key": code}, session)


def give_second_factor(request: HttpRequest, *, session: str, code: str) -> dict[str, Any]:
    """Check the code of an authenticator; return the tokens."""
    return _ask(request, _second_factor, {"code": code}, session)


def log_out(request: HttpRequest) -> None:
    """End the session of the request's access token, and its refresh tokens."""
    request.method, method = "DELETE", request.method
    try:
        _session(request)
    finally:
        request.method = method


def _ask(
    request: HttpRequest,
    view: Callable[[HttpRequest], HttpResponse],
    data: Mapping[str, str],
    session: str = "",
) -> dict[str, Any]:
    """Return `{"tokens": …}` or `{"next": step, "session": …}`. Raises `Problem`."""
    body = request.body
    request._body = json.dumps(data).encode()
    request.META.pop("HTTP_AUTHORIZATION", None)
    request.META["HTTP_X_SESSION_TOKEN"] = session
    request.__dict__.pop("headers", None)  # Read again from META.
    try:
        response = view(request)
    except ImmediateHttpResponse as answered:
        response = answered.response  # The session is unknown or has expired.
    finally:
        request._body = body
    return _result_of(response)


def _result_of(response: HttpResponse) -> dict[str, Any]:
    if response.status_code == 429:
        raise Problem(429, "too-many-requests", _("Too many attempts. Please wait a while."))
    answer = json.loads(response.content or b"{}")
    if response.status_code == 400:
        raise _invalid(answer.get("errors", []))
    meta = answer.get("meta", {})
    if response.status_code == 200 and "access_token" in meta:
        return {"tokens": meta}
    pending = [f["id"] for f in answer.get("data", {}).get("flows", []) if f.get("is_pending")]
    step = next((STEPS[name] for name in pending if name in STEPS), None)
    if response.status_code == 401 and step and "session_token" in meta:
        return {"next": step, "session": meta["session_token"]}
    raise Problem(
        409,
        "step-expired",
        _("This step has expired or is not the next one. Please log in again."),
    )


def _invalid(errors: Iterable[Mapping[str, Any]]) -> Problem:
    found = [
        {
            "pointer": f"/body/{error.get('param', '')}".rstrip("/1"),
            "detail": error["message"],
        }
        for error in errors
    ]
    detail = " ".join(error["detail"] for error in found)
    return Problem(422, "invalid", detail, errors=found)


def rotate(refresh_token: str) -> tuple[str, str] | None:
    """Exchange a refresh token for a new (access token, refresh token); None if it is invalid.

    The session stores which refresh tokens are valid, and is read, changed and written back. So
    exchanges within one login are serialised: of two with the same token one is refused, and of two
    with different ones neither loses its result. Takes an advisory lock on the login (waiting)
    until the session is committed.
    """
    payload = decode_token(refresh_token, "refresh")
    if payload is None:
        return None
    with transaction.atomic(durable=True):
        _lock_login(session_key_from_sid(payload["sid"]))
        try:
            tokens: tuple[str, str] = app_settings.TOKEN_STRATEGY.refresh_token(refresh_token)
            return tokens
        except UpdateError:  # Logged out in this moment.
            return None


def _lock_login(session_key: str) -> None:
    lock_names(f"login:{session_key}")
