"""Who does not want which letters: one click to say so, as RFC 8058 asks, and one to undo it.

An address with an account keeps its wish on the account (`User.wants_reminders`), where the
profile page shows it. An address without one keeps it as an `OptOut`.
"""

from allauth.account.signals import user_signed_up
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.dispatch import receiver
from django.urls import reverse

from accounts.models import User

from .models import OptOut

REMINDER = "reminder"

# What may be refused, and the account's field that says so. Tickets and confirmations may not.
FIELDS = {REMINDER: "wants_reminders"}

SALT = "letters.opt-out"


@transaction.atomic
def opt_out(*, email, kind):
    """Send no more letters of this kind to the address. Saying it twice says it once."""
    if not _accounts(email).update(**{FIELDS[kind]: False}):
        OptOut.objects.get_or_create(email=email.strip().lower(), kind=kind)


@transaction.atomic
def opt_in(*, email, kind):
    """Take `opt_out` back."""
    _accounts(email).update(**{FIELDS[kind]: True})
    OptOut.objects.of(email=email, kind=kind).delete()


def refusing(*, kind, emails):
    """Return those of the addresses (in lower case) that refuse this kind, in two queries."""
    emails = {email.strip().lower() for email in emails}
    wishes = dict(User.objects.filter(email__in=emails).values_list("email", FIELDS[kind]))
    opt_outs = OptOut.objects.filter(email__in=emails - wishes.keys(), kind=kind)
    return {
        *(email for email, wanted in wishes.items() if not wanted),
        *opt_outs.values_list("email", flat=True),
    }


def wants(*, email, kind):
    """Tell whether letters of this kind may be sent to the address. Some kinds always may."""
    return kind not in FIELDS or not refusing(kind=kind, emails=[email])


def unsubscribe_url(*, email, kind):
    """Return the absolute address of the page where this person refuses this kind."""
    token = signing.dumps([email.strip().lower(), kind], salt=SALT)
    return settings.SITE_URL + reverse("letters:unsubscribe", args=[token])


def unsubscribe_headers(*, email, kind):
    """Return the headers that let a mail program offer "unsubscribe" with one click."""
    if kind not in FIELDS:
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
    return (email, kind) if kind in FIELDS else None


@receiver(user_signed_up)
def carry_into_account(sender, user, **kwargs):
    """A guest's opt-out follows the address into the account that is made for it."""
    for kind, field in FIELDS.items():
        if OptOut.objects.of(email=user.email, kind=kind).delete()[0]:
            User.objects.filter(pk=user.pk).update(**{field: False})


def _accounts(email):
    return User.objects.filter(email=email.strip().lower())
