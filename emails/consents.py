"""What people with an account have said about each kind of letter, and when."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now

from accounts.models import User

from .kinds import ConsentMode, EmailKind, kind_named, kinds_to_choose
from .models import Consent, OptOut


@dataclass(frozen=True)
class Said:
    """One kind of letter, and what holds of it for one account."""

    kind: EmailKind
    is_wanted: bool
    # None where the account has never been asked.
    consent: Consent | None


@transaction.atomic
def say_wish(*, user, kind, is_wanted, source):
    """Write down that the account wants letters of this kind, or does not; with when and where.

    Said again, the first time stays. Locks the account's line about this kind.
    """
    lines = Consent.objects.filter(user=user, kind=kind)
    if not lines.exists():
        line = Consent(user=user, kind=kind, source=source)
        line.given_at, line.withdrawn_at = (Now(), None) if is_wanted else (None, Now())
        Consent.objects.bulk_create([line], ignore_conflicts=True)
    if is_wanted:
        lines.withdrawn().update(given_at=Now(), withdrawn_at=None, source=source)
    else:
        lines.given().update(withdrawn_at=Now(), source=source)


def say_wish_if_never_asked(*, user, kind, source):
    """Take what somebody has just done for a yes, unless they have said yes or no before."""
    if not Consent.objects.filter(user=user, kind=kind).exists():
        say_wish(user=user, kind=kind, is_wanted=True, source=source)


def what_was_said(user):
    """Return Said for each kind of letter that is offered to the account. One query."""
    consents = {consent.kind: consent for consent in Consent.objects.filter(user=user)}
    return [
        Said(kind, _is_wanted(kind, consents.get(kind.name)), consents.get(kind.name))
        for kind in kinds_to_choose(user)
    ]


def wants_of(user, kind):
    """Tell whether the account gets letters of the kind."""
    consent = Consent.objects.filter(user=user, kind=kind).first()
    return _is_wanted(kind_named(kind), consent)


def readers_of(kind):
    """Return the accounts that may be sent letters of this kind: open, with a proven address."""
    said = Consent.objects.filter(user=OuterRef("pk"), kind=kind)
    readers = User.objects.reachable()
    if kind_named(kind).wish is ConsentMode.WHEN_ASKED_FOR:
        return readers.filter(Exists(said.given()))
    return readers.exclude(Exists(said.withdrawn()))


def refusing(*, kind, emails):
    """Return those of the addresses (in lower case) that refuse this kind, in two queries.

    Of a kind that has to be asked for, that is everybody who has not; a closed account refuses
    everything.
    """
    emails = {email.strip().lower() for email in emails}
    said = Consent.objects.filter(user=OuterRef("pk"), kind=kind)
    accounts = User.objects.filter(email__in=emails)
    accounts = accounts.annotate(said=Exists(said), said_yes=Exists(said.given())).values_list(
        "email", "is_active", "said", "said_yes"
    )
    default = kind_named(kind).is_wanted_by_default
    wishes = {
        email: is_active and (said_yes if said else default)
        for email, is_active, said, said_yes in accounts
    }
    guests = emails - wishes.keys()
    opt_outs = OptOut.objects.filter(email__in=guests, kind=kind).values_list("email", flat=True)
    return {
        *(email for email, wanted in wishes.items() if not wanted),
        *(opt_outs if default else guests),
    }


def wants(*, email, kind):
    """Tell whether letters of this kind may be sent to the address. Some kinds always may.

    To nobody's address (RFC 2606: “.invalid” is given to nobody, so trials use it) none may.
    """
    if email.lower().endswith(".invalid"):
        return False
    return not kind_named(kind).may_be_refused or not refusing(kind=kind, emails=[email])


def _is_wanted(kind, consent):
    return kind.is_wanted_by_default if consent is None else consent.is_given
