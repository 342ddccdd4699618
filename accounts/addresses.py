"""Verified e-mail addresses of accounts, which allauth stores."""

from allauth.account.models import EmailAddress
from django.db import transaction

from core.email_addresses import normalise_email

from .models import User


def ensure_verified_address(user: User) -> None:
    """Mark the address as verified if staff, a command or the demo created the account.

    Signing up stores an unverified address in the transaction that creates the account; so an
    account without any stored address was created by somebody trusted.
    """
    if not EmailAddress.objects.filter(user=user).exists():
        EmailAddress.objects.get_or_create(
            user=user, email=user.email, defaults={"verified": True, "primary": True}
        )


@transaction.atomic
def replace_address(*, user: User, email: str) -> None:
    """Replace the account's address by one that staff have verified. Raises ValidationError."""
    user.email = normalise_email(email)
    user.save(update_fields=["email"])
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
