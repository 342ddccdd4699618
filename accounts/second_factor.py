"""The second factor of staff, where the house asks for it (STAFF_SECOND_FACTOR_REQUIRED).

Setting one up, giving it and taking it away are allauth's pages. Here is asked whether somebody has
one, and whether this very log-in was made with it: a browser that came in by the password alone,
before there was a second factor, has not proven that it is its owner's.
"""

from enum import Enum
from types import SimpleNamespace

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.dispatch import receiver

# Codes for recovery are no second factor by themselves: they come with one.
FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]

# In the session: the account that set its second factor up in this browser, and where it was going.
SET_UP_HERE = "second_factor_set_up_by"
ONWARDS = "second_factor_onwards"


class Step(Enum):
    """The value is the name of the page where it is taken."""

    SET_UP = "accounts:second_factor"
    GIVE = "mfa_reauthenticate"


def has_second_factor(user):
    """One query."""
    return is_mfa_enabled(user, FACTORS)


def may_work(user):
    """Whether this member of staff has what the house asks of staff."""
    return not settings.STAFF_SECOND_FACTOR_REQUIRED or has_second_factor(user)


def was_given(session, user):
    """Whether the log-in of this session was made with the second factor."""
    if session.get(SET_UP_HERE) == user.pk:
        return True
    records = get_authentication_records(SimpleNamespace(session=session), user)
    return any(record.get("method") == "mfa" for record in records)


def missing_step(user, session_of):
    """Return the `Step` that this member of staff has still to take before they may go on, or None.

    `session_of` is called for the session of the log-in, or None where it has none any more. Costs
    a query for staff, and nothing for others or where nothing is asked.
    """
    if not (settings.STAFF_SECOND_FACTOR_REQUIRED and user.is_authenticated and user.is_staff):
        return None
    if not has_second_factor(user):
        return Step.SET_UP
    session = session_of()
    if session is None or not was_given(session, user):
        return Step.GIVE
    return None


@receiver(authenticator_added)
def _remember_where(request, user, authenticator, **kwargs):
    """Whoever has just set it up here need not give it a second time."""
    if authenticator.type in FACTORS and hasattr(request, "session"):
        request.session[SET_UP_HERE] = user.pk
