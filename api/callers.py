"""Who is calling: an account by its access token, a program by its key, a guest by neither.

Session cookies open nothing here, so no page of another site can make a browser act for its user.
"""

from dataclasses import dataclass
from functools import partial

from allauth.account.adapter import get_adapter
from allauth.headless import app_settings
from allauth.headless.contrib.ninja.security import jwt_token_auth
from allauth.headless.tokens.strategies.jwt.internal import session_key_from_sid
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _
from ninja.security import APIKeyHeader, HttpBearer

from accounts.second_factor import Step, required_step
from bookings.sale.customers import Customer
from core.client_address import client_address
from core.visitors import new_visitor, signed_visitor, unsigned_visitor

from .keys import key_of
from .problems import Problem

VISITOR_HEADER = "X-Visitor"
SECOND_FACTOR = {
    Step.SET_UP: _("Staff need a second factor here. Set one up on the pages of your account."),
    Step.GIVE: _("This log-in was made without your second factor. Log in again with it."),
}


@dataclass(frozen=True)
class Caller:
    """`user` is the account that answers for the request: of the token, or the key's owner."""

    user: object = None
    key: object = None
    visitor: str | None = None
    address: str = ""
    # Of an access token: names its session, enciphered.
    sid: str = ""

    @property
    def name(self):
        """Under this name requests are counted."""
        if self.key:
            return f"key:{self.key.pk}"
        if self.user:
            return f"user:{self.user.pk}"
        return f"visitor:{self.visitor}" if self.visitor else "guest"

    @property
    def counted_as(self):
        """A guest is counted by address, as names cost them nothing."""
        return self.name if self.user else f"address:{self.address}"

    @property
    def actor(self):
        """How the transaction log names a member of staff or their program."""
        return f"key:{self.key.pk}" if self.key else f"staff:{self.user.pk}"


def identify(request):
    """Return the Caller. Raises `Problem` (401) for credentials that are not, or no longer, good.

    One query for a key or a token's session, and none for guests.
    """
    visitor = _visitor(request)
    address = get_adapter().get_client_ip(request)
    if text := request.headers.get("X-API-Key"):
        key = key_of(text)
        if key is None:
            raise Problem(401, "unauthorized", _("This API key is not known, or was revoked."))
        return Caller(key.owner, key, visitor, address)
    if "Authorization" in request.headers:
        user, sid = _user_of_token(request)
        if user is None:
            words = _("This access token is not valid (any more). Refresh it, or log in again.")
            raise Problem(401, "unauthorized", words)
        return Caller(user, None, visitor, address, sid)
    return Caller(None, None, visitor, address)


def customer_of(request):
    """Return who buys: the account, or the guest named by `X-Visitor`; a new guest gets a name.

    A program with a key buys for guests, each with a name of their own. A new guest for whom such a
    program sends an idempotency key is named after both, so that its repeated request is the same
    guest's. Nobody else is named after what they send: a stranger could send it, too. Staff and
    their programs have no address: limits by household are not for them.
    """
    caller = request.caller
    is_staff = caller.user and (caller.key or caller.user.is_staff)
    address = None if is_staff else client_address(request)
    if caller.user and not caller.key:
        return Customer(f"api-user-{caller.user.pk}", caller.user, address=address)
    repeated = request.headers.get("Idempotency-Key")
    seed = f"{caller.name}:{repeated}" if caller.key and repeated else None
    return Customer(caller.visitor or new_visitor(seed), address=address)


def visitor_token(customer):
    """What a guest sends as `X-Visitor` from now on; nothing for accounts."""
    return None if customer.user else signed_visitor(customer.visitor)


def require(request, scope, *permissions):
    """Refuse (403) whom the house has not allowed this: a key needs its scope and its owner's
    permissions, so that it never may more than the one who answers for it."""
    caller = request.caller
    if caller.user is None:
        raise Problem(401, "unauthorized", _("Log in, or send an API key."))
    if caller.key and scope not in caller.key.scopes:
        raise Problem(
            403, "missing-scope", _("This key lacks the scope “%s”.") % scope, scope=scope
        )
    if not (caller.user.is_staff and caller.user.has_perms(permissions)):
        raise PermissionDenied
    # A key was made in the admin, by somebody who had got that far.
    if not caller.key:
        _require_second_factor(caller)


class Bearer(HttpBearer):
    """The access token of a log-in."""

    def authenticate(self, request, token):
        return None if request.caller.key else request.caller.user


class Key(APIKeyHeader):
    """The key of a staff program."""

    param_name = "X-API-Key"

    def authenticate(self, request, key):
        return request.caller.key


def guest(request):
    """Nobody in particular, who may look and buy."""
    return True


ACCOUNT = [Bearer()]
STAFF = [Bearer(), Key()]
ANYBODY = [Bearer(), Key(), guest]


def _visitor(request):
    text = request.headers.get(VISITOR_HEADER)
    if text is None:
        return None
    visitor = unsigned_visitor(text)
    if visitor is None:
        raise Problem(401, "unauthorized", _("This X-Visitor was not given out here."))
    return visitor


def _require_second_factor(caller):
    """Where the house asks for one, refuse the tokens of a log-in that was made without it.

    Those that were given out before, too. Costs two queries more, and nothing where none is asked.
    """
    step = required_step(caller.user, partial(_session_of, caller))
    if step:
        raise Problem(403, "second-factor-required", SECOND_FACTOR[step])


def _session_of(caller):
    return app_settings.TOKEN_STRATEGY.lookup_session(session_key_from_sid(caller.sid))


def _user_of_token(request):
    """Return (user, name of the session), or (None, "")."""
    session_user = request.user
    try:
        payload = jwt_token_auth(request)
        return (None, "") if payload is None else (request.user, payload["sid"])
    finally:
        request.user = session_user
