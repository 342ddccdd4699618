"""Sign-ins, field changes and actions of staff.

Field changes are rows of django-auditlog, staff actions those of Django's admin log; both are proxy
models here.
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
    """A sign-in, a failed sign-in or a sign-out.

    The e-mail that was typed is stored only if no account has it.
    """

    class Kind(models.TextChoices):
        IN = "in", _("logged in")
        OUT = "out", _("logged out")
        FAILED = "failed", _("failed")

    class Reason(models.TextChoices):
        PASSWORD = "password", _("wrong password")
        CODE = "code", _("wrong two-step verification code")

    kind = models.CharField(_("action"), max_length=6, choices=Kind)
    at = models.DateTimeField(_("time"), db_default=Now(), db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("account"),
    )
    typed = models.CharField(_("unknown e-mail"), max_length=254, blank=True)
    address = models.GenericIPAddressField(_("network address"), null=True)
    browser = models.CharField(_("browser"), max_length=200, blank=True)
    reason = models.CharField(_("reason"), max_length=8, choices=Reason, blank=True)

    objects = SignInQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-in log")
        constraints = [
            models.CheckConstraint(
                condition=Q(user=None) | Q(typed=""), name="sign_in_is_known_or_unknown"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.user or self.typed or '–'}"


class FieldChange(LogEntry):
    """Fields of one object that a member of staff changed, with old and new values."""

    class Meta:
        proxy = True
        ordering = ["-timestamp", "-pk"]
        verbose_name = _("field change")
        verbose_name_plural = _("change history")


class StaffAction(AdminLogEntry):
    """An action of a member of staff in the admin, with Django's description."""

    class Meta:
        proxy = True
        ordering = ["-action_time", "-pk"]
        verbose_name = _("staff action")
        verbose_name_plural = _("staff activity")
