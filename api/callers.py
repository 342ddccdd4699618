"""Authentication: an account by its access token, an integration by its key, else a guest.

Session cookies are ignored, so that no page of another site can make a browser act for its user.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.headless import app_settings
from allauth.headless.contrib.ninja.security import jwt_token_auth
from allauth.headless.tokens.strategies.jwt.internal import session_key_from_sid
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja.security import APIKeyHeader, HttpBearer

from accounts.models import User
from accounts.requests import user_of
from accounts.second_factor import Step, required_step
from bookings.sale.customers import Customer
from core.client_address import client_address
from core.visitors import new_visitor, signed_visitor, unsigned_visitor
from organisation.models import Channel

from .keys import key_of
from .models import ApiKey
from .problems import Problem

VISITOR_HEADER = "X-Visitor"
SECOND_FACTOR = {
    Step.SET_UP: _("Staff need two-step verification. Set it up in your account."),
    Step.GIVE: _("Log in again with two-step verification."),
}


@dataclass(frozen=True)
class Caller:
    """`user` is the account that answers for the request: of the token, or the key's owner."""

    user: User | None = None
    key: ApiKey | None = None
    visitor: str | None = None
    address: str = ""
    # The encrypted session id of an access token.
    sid: str = ""

    @property
    def name(self) -> str:
        """Return what identifies the caller."""
        if self.key:
            return f"key:{self.key.pk}"
        if self.user:
            return f"user:{self.user.pk}"
        return f"visitor:{self.visitor}" if self.visitor else "guest"

    @property
    def counted_as(self) -> str:
        """Return the name for rate limits: guests by address, because visitor ids are free."""
        return self.name if self.user else f"address:{self.address}"

    @property
    def account(self) -> User:
        """Return the account that answers for the request, in routes that guests cannot call."""
        if self.user is None:
            raise Problem(401, "unauthorized", _("Log in, or send an API key."))
        return self.user

    @property
    def actor(self) -> str:
        """Return how the transaction log names a member of staff or their integration."""
        if self.key:
            return f"key:{self.key.pk}"
        return f"staff:{self.user.pk}" if self.user else ""


class ApiRequest(HttpRequest):
    """A request that has passed `middleware`."""

    caller: Caller
    # Whether it repeats one that may have been completed without a response.
    is_taken_over: bool


def identify(request: HttpRequest) -> Caller:
    """Return the caller. Raises `Problem` (401) for credentials that are invalid or expired.

    One query for a key or the session of a token, none for guests.
    """
    visitor = _visitor(request)
    address = get_adapter().get_client_ip(request)
    if text := request.headers.get("X-API-Key"):
        key = key_of(text)
        if key is None:
            raise Problem(401, "unauthorized", _("Unknown or revoked API key."))
        return Caller(key.owner, key, visitor, address)
    if "Authorization" in request.headers:
        user, sid = _user_of_token(request)
        if user is None:
            detail = _("Invalid or expired access token. Refresh it, or log in again.")
            raise Problem(401, "unauthorized", detail)
        return Caller(user, None, visitor, address, sid)
    return Caller(None, None, visitor, address)


def customer_of(request: ApiRequest) -> Customer:
    """Return who buys: the account, the guest of `X-Visitor`, or a new guest.

    An integration with a key buys for guests. A new guest for whom it sends an idempotency key is
    derived from both, so that its repeated request is the same guest's. No other guest is derived
    from what the client sends: a stranger could send it too. Staff and their integrations have no
    address: limits by household don't apply to them.
    """
    caller = request.caller
    is_staff = caller.user is not None and (caller.key is not None or caller.user.is_staff)
    address = None if is_staff else client_address(request)
    if caller.user and not caller.key:
        visitor = f"api-user-{caller.user.pk}"
        return Customer(visitor, caller.user, channel=Channel.API, address=address)
    repeated = request.headers.get("Idempotency-Key")
    seed = f"{caller.name}:{repeated}" if caller.key and repeated else None
    return Customer(caller.visitor or new_visitor(seed), channel=Channel.API, address=address)


def visitor_token(customer: Customer) -> str | None:
    """Return what a guest sends as `X-Visitor` from now on; None for accounts."""
    return None if customer.user else signed_visitor(customer.visitor)


def require(request: ApiRequest, scope: str, *permissions: str) -> None:
    """Refuse callers without permission: a key needs its scope and its owner's permissions.

    Raises `Problem` (401 or 403) or `PermissionDenied`.
    """
    caller = request.caller
    if caller.user is None:
        raise Problem(401, "unauthorized", _("Log in, or send an API key."))
    if caller.key and scope not in caller.key.scopes:
        raise Problem(
            403, "missing-scope", _("This key lacks the scope “%s”.") % scope, scope=scope
        )
    if not (caller.user.is_staff and caller.user.has_perms(permissions)):
        raise PermissionDenied
    # Keys are created in the admin, which requires the second factor itself.
    if not caller.key:
        _require_second_factor(caller)


class Bearer(HttpBearer):
    """The access token of a login."""

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        caller: Caller = request.caller  # type: ignore[attr-defined]
        return None if caller.key else caller.user


class Key(APIKeyHeader):
    """The key of a staff integration."""

    param_name = "X-API-Key"

    def authenticate(self, request: HttpRequest, key: str | None) -> ApiKey | None:
        caller: Caller = request.caller  # type: ignore[attr-defined]
        return caller.key


def guest(request: HttpRequest) -> bool:
    """Accept callers without credentials."""
    return True


ACCOUNT = [Bearer()]
STAFF = [Bearer(), Key()]
ANYBODY = [Bearer(), Key(), guest]


def _visitor(request: HttpRequest) -> str | None:
    text = request.headers.get(VISITOR_HEADER)
    if text is None:
        return None
    visitor = unsigned_visitor(text)
    if visitor is None:
        raise Problem(401, "unauthorized", _("Unknown X-Visitor."))
    return visitor


def _require_second_factor(caller: Caller) -> None:
    """Refuse access tokens of logins without a required second factor.

    Costs two queries, and none where no second factor is required.
    """
    step = required_step(caller.user, partial(_session_of, caller))
    if step:
        raise Problem(403, "second-factor-required", SECOND_FACTOR[step])


def _session_of(caller: Caller) -> Any:
    return app_settings.TOKEN_STRATEGY.lookup_session(session_key_from_sid(caller.sid))


def _user_of_token(request: HttpRequest) -> tuple[User | None, str]:
    """Return the user and the encrypted session id, or (None, "")."""
    session_user = request.user
    try:
        payload = jwt_token_auth(request)
        return (None, "") if payload is None else (user_of(request), payload["sid"])
    finally:
        request.user = session_user
