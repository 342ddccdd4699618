"""Who did what behind the counter: log-ins, changes of fields, and what was done by buttons.

Changes are rows of django-auditlog, steps those of Django's own admin; both are shown here under
the names of the house.
"""

from datetime import datetime
from typing import Self

from auditlog.models import LogEntry
from django.conf import settings
from django.contrib.admin.models import LogEntry as AdminLogEntry
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class SignInQuerySet(models.QuerySet):
    def before(self, moment: datetime) -> Self:
        return self.filter(at__lt=moment)

    def of_staff(self) -> Self:
        return self.filter(user__is_staff=True)


class SignIn(models.Model):
    """Somebody came in, was turned away, or left.

    The address that was typed is kept only where there is no such account.
    """

    class Kind(models.TextChoices):
        IN = "in", _("logged in")
        OUT = "out", _("logged out")
        FAILED = "failed", _("turned away")

    class Reason(models.TextChoices):
        PASSWORD = "password", _("wrong password")
        CODE = "code", _("wrong code of the second factor")

    kind = models.CharField(_("what"), max_length=6, choices=Kind)
    at = models.DateTimeField(_("when"), db_default=Now(), db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("account"),
    )
    typed = models.CharField(_("unknown address"), max_length=254, blank=True)
    address = models.GenericIPAddressField(_("from"), null=True)
    browser = models.CharField(_("browser"), max_length=200, blank=True)
    reason = models.CharField(_("reason"), max_length=8, choices=Reason, blank=True)

    objects = SignInQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("log-in")
        verbose_name_plural = _("log-ins")
        constraints = [
            models.CheckConstraint(
                condition=Q(user=None) | Q(typed=""), name="sign_in_is_known_or_unknown"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.user or self.typed or '–'}"


class FieldChange(LogEntry):
    """Fields of one thing that somebody of the staff changed, from what to what."""

    class Meta:
        proxy = True
        ordering = ["-timestamp", "-pk"]
        verbose_name = _("change of a field")
        verbose_name_plural = _("changes of fields")


class StaffAction(AdminLogEntry):
    """What somebody of the staff did in the admin, in its own words."""

    class Meta:
        proxy = True
        ordering = ["-action_time", "-pk"]
        verbose_name = _("step in the admin")
        verbose_name_plural = _("steps in the admin")
