"""Signing up, logging in, staying logged in, logging out."""

from typing import Annotated, Literal

from allauth.headless import app_settings
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema, Status

from .. import allauth_steps
from ..callers import identify
from ..problems import Problem
from ..tokens import rotate

router = Router()
Text = Annotated[str, Field(min_length=1, max_length=254)]


class Registration(Schema):
    email: Text
    password: Annotated[str, Field(min_length=1, max_length=128)]
    name: Annotated[str, Field(max_length=150)] = ""


class Credentials(Schema):
    email: Text
    password: Annotated[str, Field(min_length=1, max_length=128)]


class Code(Schema):
    """`session` as the step before gave it; `code` from the letter or the authenticator."""

    session: Annotated[str, Field(min_length=1, max_length=100)]
    code: Annotated[str, Field(min_length=1, max_length=40)]


class Refresh(Schema):
    refresh_token: Annotated[str, Field(min_length=1, max_length=4000)]


class Tokens(Schema):
    access_token: str
    refresh_token: str
    token_type: Literal["Bearer"] = "Bearer"
    expires_in: int = Field(description="Seconds until the access token has to be refreshed.")


class NextStep(Schema):
    next: Literal["verify-email", "second-factor"]
    session: str


@router.post("/register", response={202: NextStep}, auth=None)
def register(request, data: Registration):
    """Sign up. A letter brings a code, which `verify` takes.

    The answer is the same whether or not the address has an account.
    """
    return Status(202, allauth_steps.sign_up(request, **data.dict()))


@router.post("/verify", response={200: Tokens, 202: NextStep}, auth=None)
def verify(request, data: Code):
    """Prove the address with the code from the letter, and be logged in."""
    return _answer(allauth_steps.verify_address(request, **data.dict()))


@router.post("/login", response={200: Tokens, 202: NextStep}, auth=None)
def login(request, data: Credentials):
    """Log in. 202 says what is still missing: a proven address, or the second factor."""
    return _answer(allauth_steps.log_in(request, **data.dict()))


@router.post("/second-factor", response={200: Tokens, 202: NextStep}, auth=None)
def second_factor(request, data: Code):
    """Finish a log-in with the code of an authenticator, or a recovery code."""
    return _answer(allauth_steps.give_second_factor(request, **data.dict()))


@router.post("/refresh", response=Tokens, auth=None)
def refresh(request, data: Refresh):
    """Exchange a refresh token for new tokens. It is used up by that."""
    pair = rotate(data.refresh_token)
    if pair is None:
        words = _("This refresh token is not valid (any more). Please log in again.")
        raise Problem(401, "unauthorized", words)
    return _tokens(*pair)


@router.post("/logout", response={204: None}, auth=None)
def logout(request):
    """End this log-in: its access token and its refresh tokens are worthless at once."""
    if identify(request).user is None:
        raise Problem(401, "unauthorized", _("You are not logged in."))
    allauth_steps.log_out(request)
    return Status(204, None)


def _answer(outcome):
    if "tokens" in outcome:
        return Status(
            200, _tokens(outcome["tokens"]["access_token"], outcome["tokens"]["refresh_token"])
        )
    return Status(202, outcome)


def _tokens(access, refresh):
    return {
        "access_token": access,
        "refresh_token": refresh,
        "expires_in": app_settings.JWT_ACCESS_TOKEN_EXPIRES_IN,
    }
