"""Unsubscribe by a link with one click (RFC 8058), and undo it.

The choice of an address with an account is stored as a `Consent`, that of others as an `OptOut`.
"""

from typing import Any

from allauth.account.signals import user_signed_up
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.dispatch import receiver
from django.urls import reverse

from accounts.models import User

from .consents import record_consent
from .kinds import get_kind, optional_kinds
from .models import Consent, OptOut

SALT = "emails.opt-out"


@transaction.atomic
def opt_out(*, email: str, kind: str) -> None:
    """Send no more e-mails of this kind to the address. Repeatable."""
    user = _account(email)
    if user:
        record_consent(user=user, kind=kind, is_wanted=False, source=Consent.Source.EMAIL)
    else:
        OptOut.objects.get_or_create(email=email.strip().lower(), kind=kind)


@transaction.atomic
def opt_in(*, email: str, kind: str) -> None:
    """Undo `opt_out`."""
    user = _account(email)
    if user:
        record_consent(user=user, kind=kind, is_wanted=True, source=Consent.Source.EMAIL)
    OptOut.objects.of(email=email, kind=kind).delete()


def unsubscribe_url(*, email: str, kind: str) -> str:
    """Return the absolute URL at which this recipient unsubscribes from this kind."""
    token = signing.dumps([email.strip().lower(), kind], salt=SALT)
    return settings.SITE_URL + reverse("emails:unsubscribe", args=[token])


def unsubscribe_headers(*, email: str, kind: str) -> dict[str, str]:
    """Return the headers for unsubscribing with one click in mail programs."""
    if not get_kind(kind).is_optional:
        return {}
    return {
        "List-Unsubscribe": f"<{unsubscribe_url(email=email, kind=kind)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def read_token(token: str) -> tuple[str, str] | None:
    """Return (address, kind) of an unsubscribe link, or None if its signature is invalid.

    Links do not expire, because e-mails are kept.
    """
    try:
        email, kind = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return (email, kind) if get_kind(kind).is_optional else None


@receiver(user_signed_up)
def transfer_opt_outs(sender: Any, user: User, **kwargs: Any) -> None:
    """Receive a new account: assign the guest opt-outs of its address to it."""
    for kind in optional_kinds():
        if OptOut.objects.of(email=user.email, kind=kind.name).delete()[0]:
            record_consent(user=user, kind=kind.name, is_wanted=False, source=Consent.Source.GUEST)


def _account(email):
    return User.objects.filter(email=email.strip().lower()).first()
