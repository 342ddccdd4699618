"""Accounts of customers and staff."""

from contextlib import suppress
from datetime import date
from typing import Any, Self
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, OuterRef
from django.db.models.functions import Lower, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.email_addresses import lookup_email, normalise_email
from core.languages import site_languages
from core.name_search import SearchGrams
from organisation.current import current_organisation


class UserQuerySet(models.QuerySet):
    def awaiting_approval(self) -> Self:
        return self.filter(approved_at=None, is_active=True, is_staff=False)

    def superusers(self) -> Self:
        return self.filter(is_superuser=True)

    def reachable(self) -> Self:
        """Return the active accounts with a verified address: those that can be sent e-mails."""
        verified = EmailAddress.objects.filter(
            user=OuterRef("pk"), email=OuterRef("email"), verified=True
        )
        return self.filter(Exists(verified), is_active=True)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create an account. The address is normalised. Raises ValidationError."""
        user = self.model(email=normalise_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(
            email,
            password,
            is_staff=True,
            is_superuser=True,
            approved_at=timezone.now(),
            **fields,
        )

    def get_by_natural_key(self, email: str) -> "User":
        return self.get(email=lookup_email(email))


class User(AbstractUser):
    """An account. The e-mail address, always normalised, is the user name."""

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=site_languages, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    last_visit_at = models.DateTimeField(_("last visit"), null=True, blank=True)
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    # Set by `accounts.memberships` only. Whoever has a number is a member.
    member_number = models.CharField(
        _("member number"), max_length=40, blank=True, default="", db_default=""
    )
    member_until = models.DateField(_("member until"), null=True, blank=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    objects = UserManager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        permissions = [
            ("approve_user", _("Can approve accounts")),
            ("enrol_user", _("Can edit memberships")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="user_email_is_lower_case"
            ),
            models.UniqueConstraint(
                fields=["member_number"],
                condition=~models.Q(member_number=""),
                name="member_number_is_unique",
            ),
        ]
        indexes = [GinIndex(SearchGrams("name", "email"), name="user_by_name")]

    def __str__(self) -> str:
        return self.email

    def get_full_name(self) -> str:
        return self.name or self.email

    get_short_name = get_full_name

    def is_member(self, day: date) -> bool:
        """Return whether the account has a membership that is valid on `day`."""
        if not self.member_number or not self.is_active:
            return False
        return self.member_until is None or day <= self.member_until

    @property
    def zone(self) -> ZoneInfo | None:
        """The account's time zone, or None if it has none (or one that no longer exists)."""
        with suppress(KeyError, ValueError, OSError):
            return ZoneInfo(self.time_zone) if self.time_zone else None
        return None

    @property
    def may_book(self) -> bool:
        """Whether this account can buy tickets: approved, where approval is required."""
        if not self.is_active:
            return False
        return (
            bool(self.approved_at)
            or self.is_staff
            or not current_organisation().account_approval_required
        )


class SetupLinkQuerySet(models.QuerySet):
    def valid(self) -> Self:
        return self.filter(used_at=None, expires_at__gt=Now())


class SetupLink(models.Model):
    """The latest one-time link with which the first superuser is created: at most one row.

    Only a digest of its token is stored.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    digest = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects = SetupLinkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="one_setup_link"),
        ]

    def __str__(self) -> str:
        return f"Set-up link until {self.expires_at}"
