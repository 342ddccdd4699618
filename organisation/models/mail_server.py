"""The mail server, where it is entered in the admin."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organisation.validators import check_host


class MailServer(models.Model):
    """One row, or none. EMAIL_URL in the environment takes precedence.

    See `organisation.mail_server`.
    """

    class Security(models.TextChoices):
        STARTTLS = "starttls", _("STARTTLS (usually port 587)")
        TLS = "tls", _("TLS (usually port 465)")
        NONE = "none", _("unencrypted (usually port 25)")

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    host = models.CharField(_("host"), max_length=253, validators=[check_host])
    port = models.PositiveIntegerField(
        _("port"), default=587, validators=[MinValueValidator(1), MaxValueValidator(65535)]
    )
    security = models.CharField(
        _("encryption"), max_length=10, choices=Security, default=Security.STARTTLS
    )
    user = models.CharField(_("user name"), max_length=254, blank=True)
    # Encrypted; never shown, not even to those who entered it.
    password = models.TextField(blank=True, editable=False)

    class Meta:
        verbose_name = _("mail server")
        verbose_name_plural = _("mail server")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="there_is_one_mail_server"),
            models.CheckConstraint(
                condition=Q(port__gte=1, port__lte=65535), name="mail_server_port_is_a_port"
            ),
            models.CheckConstraint(condition=~Q(host=""), name="mail_server_has_a_host"),
        ]

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"
