"""Consents of accounts to kinds of e-mail, with time and source."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now

from accounts.models import User

from .kinds import ConsentMode, EmailKind, get_kind, optional_kinds
from .models import Consent, OptOut


@dataclass(frozen=True)
class Preference:
    """The preference of an account for one kind of e-mail."""

    kind: EmailKind
    is_wanted: bool
    # None if the account has never chosen.
    consent: Consent | None


@transaction.atomic
def record_consent(*, user: User, kind: str, is_wanted: bool, source: str) -> None:
    """Record that the account subscribes to a kind, or unsubscribes, with time and source.

    Repeating a choice keeps its first time. Locks the account's row of this kind.
    """
    rows = Consent.objects.filter(user=user, kind=kind)
    if not rows.exists():
        row = Consent(user=user, kind=kind, source=source)
        row.given_at, row.withdrawn_at = (Now(), None) if is_wanted else (None, Now())
        Consent.objects.bulk_create([row], ignore_conflicts=True)
    if is_wanted:
        rows.withdrawn().update(given_at=Now(), withdrawn_at=None, source=source)
    else:
        rows.given().update(withdrawn_at=Now(), source=source)


def record_implied_consent(*, user: User, kind: str, source: str) -> None:
    """Subscribe an account because of its own action, unless it has chosen before."""
    if not Consent.objects.filter(user=user, kind=kind).exists():
        record_consent(user=user, kind=kind, is_wanted=True, source=source)


def preferences_of(user: User) -> list[Preference]:
    """Return the preference for each kind that is offered to the account. One query."""
    consents = {consent.kind: consent for consent in Consent.objects.filter(user=user)}
    return [
        Preference(kind, _is_wanted(kind, consents.get(kind.name)), consents.get(kind.name))
        for kind in optional_kinds(user)
    ]


def is_subscribed(user: User, kind: str) -> bool:
    """Return whether the account gets e-mails of the kind."""
    consent = Consent.objects.filter(user=user, kind=kind).first()
    return _is_wanted(get_kind(kind), consent)


def subscribers_of(kind: str) -> QuerySet[User]:
    """Return accounts that can be sent this kind: active, with a verified address."""
    consents = Consent.objects.filter(user=OuterRef("pk"), kind=kind)
    accounts = User.objects.reachable()
    if get_kind(kind).consent is ConsentMode.OPT_IN:
        return accounts.filter(Exists(consents.given()))
    return accounts.exclude(Exists(consents.withdrawn()))


def opted_out_addresses(*, kind: str, emails: Iterable[str]) -> set[str]:
    """Return those of the addresses, in lower case, that must not be sent this kind. Two queries.

    For an opt-in kind, these are all that have not subscribed. Closed accounts are always among
    them.
    """
    emails = {email.strip().lower() for email in emails}
    consents = Consent.objects.filter(user=OuterRef("pk"), kind=kind)
    accounts = User.objects.filter(email__in=emails)
    accounts = accounts.annotate(
        has_chosen=Exists(consents), has_consented=Exists(consents.given())
    ).values_list("email", "is_active", "has_chosen", "has_consented")
    default = get_kind(kind).is_on_by_default
    wanted = {
        email: is_active and (has_consented if has_chosen else default)
        for email, is_active, has_chosen, has_consented in accounts
    }
    guests = emails - wanted.keys()
    opt_outs = OptOut.objects.filter(email__in=guests, kind=kind).values_list("email", flat=True)
    return {
        *(email for email, is_wanted in wanted.items() if not is_wanted),
        *(opt_outs if default else guests),
    }


def accepts_email(*, email: str, kind: str) -> bool:
    """Return whether e-mails of this kind may be sent to the address. Some kinds always may.

    Nothing is sent to “.invalid”, which has no mailboxes (RFC 2606) and is used by rehearsals.
    """
    if email.lower().endswith(".invalid"):
        return False
    return not get_kind(kind).is_optional or not opted_out_addresses(kind=kind, emails=[email])


def _is_wanted(kind, consent):
    return kind.is_on_by_default if consent is None else consent.is_given
