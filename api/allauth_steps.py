"""Signing up and logging in are allauth's steps, the same as on the pages: its rate limits, its
codes by letter, its second factor. Here they are asked for, and their answers put in our form.

`session` is what allauth knows a half-finished step by; it opens nothing but the next step.
"""

import json

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.headless.account.views import (
    LoginView,
    SessionView,
    SignupView,
    VerifyEmailView,
)
from allauth.headless.constants import Client
from allauth.headless.internal.restkit.inputs import Input
from allauth.headless.mfa.views import AuthenticateView
from django.utils.translation import gettext as _

from accounts.forms import SignupForm
from core.email_addresses import lookup_email

from .problems import Problem


class _Registration(SignupForm, Input):
    """The very form of the page, with its equal answer for addresses that have an account."""


class _SignupView(SignupView):
    input_class = {"POST": _Registration}


_login = LoginView.as_api_view(client=Client.APP)
_signup = _SignupView.as_api_view(client=Client.APP)
_verify = VerifyEmailView.as_api_view(client=Client.APP)
_second_factor = AuthenticateView.as_api_view(client=Client.APP)
_session = SessionView.as_api_view(client=Client.APP)

# What is to be done next, in our words.
STEPS = {"verify_email": "verify-email", "mfa_authenticate": "second-factor"}


def sign_up(request, *, email, password, name):
    return _ask(request, _signup, {"email": email, "password1": password, "name": name})


def log_in(request, *, email, password):
    return _ask(request, _login, {"email": lookup_email(email), "password": password})


def verify_address(request, *, session, code):
    return _ask(request, _verify, {"key": code}, session)


def give_second_factor(request, *, session, code):
    return _ask(request, _second_factor, {"code": code}, session)


def log_out(request):
    """End the session of the access token that came with the request, and its refresh tokens."""
    request.method, method = "DELETE", request.method
    try:
        _session(request)
    finally:
        request.method = method


def _ask(request, view, data, session=""):
    """Return `{"tokens": …}` or `{"next": step, "session": …}`. Raises `Problem`."""
    kept = request.body
    request._body = json.dumps(data).encode()
    request.META.pop("HTTP_AUTHORIZATION", None)
    request.META["HTTP_X_SESSION_TOKEN"] = session
    request.__dict__.pop("headers", None)  # Read anew from META.
    try:
        response = view(request)
    except ImmediateHttpResponse as answered:
        response = answered.response  # As for a session that there is not, or no longer.
    finally:
        request._body = kept
    return _in_our_words(response)


def _in_our_words(response):
    if response.status_code == 429:
        raise Problem(429, "too-many-requests", _("That was tried too often. Please wait a while."))
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
        "step-not-due",
        _("This step is not due, or its time has run out. Please log in again."),
    )


def _invalid(errors):
    found = [
        {
            "pointer": f"/body/{error.get('param', '')}".rstrip("/1"),
            "detail": error["message"],
        }
        for error in errors
    ]
    detail = " ".join(error["detail"] for error in found)
    return Problem(422, "invalid", detail, errors=found)
