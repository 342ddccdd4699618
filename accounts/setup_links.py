"""The one-time link, printed by a command, with which the first superuser is created."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.contrib.admin.models import ADDITION, LogEntry
from django.core import signing
from django.db import transaction
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from core.exceptions import Refused
from core.links import absolute

from .models import SetupLink, User

VALID_FOR = timedelta(hours=24)
_signer = signing.Signer(salt="accounts.setup_link")


class SetupLinkRefused(Refused):
    """The set-up link cannot be used, or none can be created."""

    status = 410


UNKNOWN = gettext_lazy(
    "This set-up link is not valid. Only the latest one is. Create a new one with the command"
    " “manage.py boxoffice setup-link”."
)
EXPIRED = gettext_lazy(
    "This set-up link has expired. Create a new one with the command"
    " “manage.py boxoffice setup-link”."
)
USED = gettext_lazy("This box office has a superuser already, so set-up links no longer work.")


@dataclass(frozen=True)
class NewSetupLink:
    """A link as it is shown once: its token is not stored."""

    url: str
    expires_at: datetime


@transaction.atomic(durable=True)
def create_setup_link(*, valid_for: timedelta = VALID_FOR) -> NewSetupLink:
    """Create the one-time link for the first superuser; earlier ones become invalid.

    Raises SetupLinkRefused if there is a superuser. Locks the row of the link.
    """
    token = _signer.sign(secrets.token_urlsafe(32))
    link = SetupLink(digest=digest_of(token), expires_at=timezone.now() + valid_for)
    SetupLink.objects.bulk_create(
        [link],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["digest", "expires_at", "used_at"],
    )
    if User.objects.superusers().exists():
        raise SetupLinkRefused(USED)
    url = absolute(reverse("accounts:setup_link", args=[token]))
    return NewSetupLink(url=url, expires_at=link.expires_at)


def digest_of(token: str) -> str:
    """Return the digest under which a token is stored. Raises SetupLinkRefused for a forged one."""
    try:
        _signer.unsign(token)
    except signing.BadSignature:
        raise SetupLinkRefused(UNKNOWN) from None
    return hashlib.sha256(token.encode()).hexdigest()


def check_setup_link(*, digest: str) -> None:
    """Raise SetupLinkRefused unless the link can be used now. At most three queries."""
    _check(SetupLink.objects.filter(digest=digest))


@transaction.atomic(durable=True)
def create_first_superuser(*, digest: str, email: str, password: str) -> User:
    """Use up the link: create the superuser, and record it as staff activity.

    The address is normalised, and counts as verified. Raises SetupLinkRefused if the link has been
    used meanwhile or has expired. Locks the row of the link, so that one of several uses at the
    same time succeeds.
    """
    _check(SetupLink.objects.select_for_update().filter(digest=digest))
    user = User.objects.create_superuser(email, password)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    SetupLink.objects.filter(digest=digest).update(used_at=Now())
    LogEntry.objects.log_actions(
        user.pk,
        [user],
        ADDITION,
        gettext("Created as the first superuser, by a set-up link."),
        single_object=True,
    )
    return user


def _check(links):
    link = links.first()
    if link is None:
        raise SetupLinkRefused(UNKNOWN)
    if link.used_at or User.objects.superusers().exists():
        raise SetupLinkRefused(USED)
    if not links.model.objects.valid().filter(pk=link.pk).exists():
        raise SetupLinkRefused(EXPIRED)
