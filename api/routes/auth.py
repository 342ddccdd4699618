"""Sign up, log in, refresh tokens, log out."""

from typing import Annotated, Any, Literal

from allauth.headless import app_settings
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema, Status

from .. import allauth_steps
from ..callers import ApiRequest, identify
from ..problems import Problem

router = Router()
Email = Annotated[str, Field(min_length=1, max_length=254, examples=["alice@example.org"])]
Password = Annotated[str, Field(min_length=1, max_length=128, examples=["correct-horse-battery"])]


class Registration(Schema):
    email: Email
    password: Password
    name: Annotated[str, Field(max_length=150, examples=["Alice Archer"])] = ""


class Credentials(Schema):
    email: Email
    password: Password


class Code(Schema):
    """`session` from the step before; `code` from the e-mail or the authenticator."""

    session: Annotated[str, Field(min_length=1, max_length=100)]
    code: Annotated[str, Field(min_length=1, max_length=40)]


class RefreshRequest(Schema):
    refresh_token: Annotated[str, Field(min_length=1, max_length=4000)]


class Tokens(Schema):
    access_token: str
    refresh_token: str
    token_type: Literal["Bearer"] = "Bearer"
    expires_in: int = Field(description="Seconds until the access token expires.", examples=[900])


class NextStep(Schema):
    next: Literal["verify-email", "second-factor"]
    session: str


@router.post("/register", response={202: NextStep}, auth=None, summary="Sign up")
def register(request: ApiRequest, data: Registration) -> Status[dict[str, Any]]:
    """Create an account. An e-mail brings a code for `/auth/verify`.

    The response is the same whether or not the address has an account.
    """
    return Status(202, allauth_steps.sign_up(request, **data.dict()))


@router.post(
    "/verify", response={200: Tokens, 202: NextStep}, auth=None, summary="Verify the e-mail address"
)
def verify_email(request: ApiRequest, data: Code) -> Status[dict[str, Any]]:
    """Verify the address with the code from the e-mail, and log in."""
    return _answer(allauth_steps.verify_address(request, **data.dict()))


@router.post("/login", response={200: Tokens, 202: NextStep}, auth=None, summary="Log in")
def login(request: ApiRequest, data: Credentials) -> Status[dict[str, Any]]:
    """Log in. 202 names the missing step: verify the address, or the second factor."""
    return _answer(allauth_steps.log_in(request, **data.dict()))


@router.post(
    "/second-factor",
    response={200: Tokens, 202: NextStep},
    auth=None,
    summary="Submit the second factor",
)
def submit_second_factor(request: ApiRequest, data: Code) -> Status[dict[str, Any]]:
    """Complete a login with the code of an authenticator, or a recovery code."""
    return _answer(allauth_steps.give_second_factor(request, **data.dict()))


@router.post("/refresh", response=Tokens, auth=None, summary="Refresh tokens")
def refresh_tokens(request: ApiRequest, data: RefreshRequest) -> dict[str, Any]:
    """Exchange a refresh token for new tokens. It can be used once."""
    pair = allauth_steps.rotate(data.refresh_token)
    if pair is None:
        detail = _("Invalid or expired refresh token. Please log in again.")
        raise Problem(401, "unauthorized", detail)
    return _tokens(*pair)


@router.post("/logout", response={204: None}, auth=None, summary="Log out")
def logout(request: ApiRequest) -> Status[None]:
    """End this login: its access token and refresh tokens are invalid at once."""
    if identify(request).user is None:
        raise Problem(401, "unauthorized", _("You are not logged in."))
    allauth_steps.log_out(request)
    return Status(204, None)


def _answer(outcome: dict[str, Any]) -> Status[dict[str, Any]]:
    tokens = outcome.get("tokens")
    if tokens:
        return Status(200, _tokens(tokens["access_token"], tokens["refresh_token"]))
    return Status(202, outcome)


def _tokens(access: str, refresh: str) -> dict[str, Any]:
    return {
        "access_token": access,
        "refresh_token": refresh,
        "expires_in": app_settings.JWT_ACCESS_TOKEN_EXPIRES_IN,
    }
