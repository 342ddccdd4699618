"""Saying no by a link: one click, as RFC 8058 asks, and one to undo it.

An address with an account keeps its wish as a `Consent`, which its page shows. An address without
one keeps it as an `OptOut`.
"""

from allauth.account.signals import user_signed_up
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.dispatch import receiver
from django.urls import reverse

from accounts.models import User

from .consents import say_wish
from .kinds import kind_named, kinds_to_choose
from .models import Consent, OptOut

SALT = "emails.opt-out"


@transaction.atomic
def opt_out(*, email, kind):
    """Send no more letters of this kind to the address. Saying it twice says it once."""
    user = _account(email)
    if user:
        say_wish(user=user, kind=kind, is_wanted=False, source=Consent.Source.LETTER)
    else:
        OptOut.objects.get_or_create(email=email.strip().lower(), kind=kind)


@transaction.atomic
def opt_in(*, email, kind):
    """Take `opt_out` back."""
    user = _account(email)
    if user:
        say_wish(user=user, kind=kind, is_wanted=True, source=Consent.Source.LETTER)
    OptOut.objects.of(email=email, kind=kind).delete()


def unsubscribe_url(*, email, kind):
    """Return the absolute address of the page where this person refuses this kind."""
    token = signing.dumps([email.strip().lower(), kind], salt=SALT)
    return settings.SITE_URL + reverse("emails:unsubscribe", args=[token])


def unsubscribe_headers(*, email, kind):
    """Return the headers that let a mail program offer "unsubscribe" with one click."""
    if not kind_named(kind).may_be_refused:
        return {}
    return {
        "List-Unsubscribe": f"<{unsubscribe_url(email=email, kind=kind)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def read_token(token):
    """Return (address, kind) of a link of ours, or None. Links do not expire: letters are kept."""
    try:
        email, kind = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return (email, kind) if kind_named(kind).may_be_refused else None


@receiver(user_signed_up)
def carry_into_account(sender, user, **kwargs):
    """A guest's opt-out follows the address into the account that is made for it."""
    for kind in kinds_to_choose():
        if OptOut.objects.of(email=user.email, kind=kind.name).delete()[0]:
            say_wish(user=user, kind=kind.name, is_wanted=False, source=Consent.Source.GUEST)


def _account(email):
    return User.objects.filter(email=email.strip().lower()).first()
