"""Who: everybody with an account, customers and staff alike."""

from contextlib import suppress
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, OuterRef
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.email_addresses import lookup_email, normalise_email
from core.name_search import SearchGrams


class UserQuerySet(models.QuerySet):
    def awaiting_approval(self):
        return self.filter(approved_at=None, is_active=True, is_staff=False)

    def reachable(self):
        """Open accounts whose address has been proven: those that may be written to."""
        proven = EmailAddress.objects.filter(
            user=OuterRef("pk"), email=OuterRef("email"), verified=True
        )
        return self.filter(Exists(proven), is_active=True)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    use_in_migrations = True

    def create_user(self, email, password=None, **fields):
        """Make an account. The address is kept in lower case: it is the login name."""
        user = self.model(email=normalise_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(
            email,
            password,
            is_staff=True,
            is_superuser=True,
            approved_at=timezone.now(),
            **fields,
        )

    def get_by_natural_key(self, email):
        return self.get(email=lookup_email(email))


class User(AbstractUser):
    """An account. The e-mail address is the login name, always in lower case."""

    username = None
    first_name = None
    last_name = None

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default="en"
    )
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    last_visit_at = models.DateTimeField(_("last visit"), null=True, blank=True)
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    objects = UserManager()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        permissions = [("approve_user", _("Can approve accounts"))]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="user_email_is_lower_case"
            ),
        ]
        indexes = [GinIndex(SearchGrams("name", "email"), name="user_by_name")]

    def __str__(self):
        return self.email

    def get_full_name(self):
        return self.name or self.email

    get_short_name = get_full_name

    @property
    def zone(self):
        """The account's time zone, or None where it has none (or one that is no longer known)."""
        with suppress(KeyError, ValueError, OSError):
            return ZoneInfo(self.time_zone) if self.time_zone else None

    @property
    def may_book(self):
        """Whether this account may hold places: approved, where approval is asked for."""
        if not self.is_active:
            return False
        return bool(self.approved_at) or self.is_staff or not settings.ACCOUNT_APPROVAL_REQUIRED
