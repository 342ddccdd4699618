"""Two-step verification of staff, where the organisation requires it.

allauth has the pages to set it up and to remove it. This module checks whether an account has a
second factor, and whether this session was verified with it: one that began with the password
alone, before the second factor was set up, was not.
"""

from collections.abc import Callable
from enum import Enum
from types import SimpleNamespace
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.mfa.utils import is_mfa_enabled
from django.dispatch import receiver

from organisation.current import current_organisation

from .models import User

# Recovery codes are no second factor by themselves.
FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]

# Session keys: the account that set up its second factor in this session, and its destination.
SET_UP_HERE = "second_factor_set_up_by"
ONWARDS = "second_factor_onwards"


class Step(Enum):
    """A step that is missing. The value is the URL name of its page."""

    SET_UP = "accounts:second_factor"
    GIVE = "mfa_reauthenticate"


def has_second_factor(user: User) -> bool:
    """Return whether the account has one. One query."""
    return bool(is_mfa_enabled(user, FACTORS))


def has_required_factor(user: User) -> bool:
    """Return whether the account has a second factor, if one is required."""
    return not current_organisation().staff_second_factor_required or has_second_factor(user)


def is_verified_sign_in(session: Any, user: User) -> bool:
    """Return whether this session was verified with the second factor."""
    if session.get(SET_UP_HERE) == user.pk:
        return True
    records = get_authentication_records(SimpleNamespace(session=session), user)
    return any(record.get("method") == "mfa" for record in records)


def required_step(user: Any, session_of: Callable[[], Any]) -> Step | None:
    """Return the `Step` that is missing before the account may use staff pages, or None.

    `session_of()` returns the session, or None if it has ended. Costs one query for staff, and
    none for others or if nothing is required.
    """
    if not (
        current_organisation().staff_second_factor_required
        and user.is_authenticated
        and user.is_staff
    ):
        return None
    if not has_second_factor(user):
        return Step.SET_UP
    session = session_of()
    if session is None or not is_verified_sign_in(session, user):
        return Step.GIVE
    return None


@receiver(authenticator_added)
def _remember_set_up(request: Any, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Count a session in which the second factor was set up as verified."""
    if authenticator.type in FACTORS and hasattr(request, "session"):
        request.session[SET_UP_HERE] = user.pk
