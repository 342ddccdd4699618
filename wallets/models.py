"""Passes in wallet apps, the devices that follow them, and with which keys they are signed."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from bookings.models import Ticket

from .querysets import WalletPassQuerySet


class AppleWallet(models.Model):
    """The certificate of Apple passes: one row, or none. The environment takes precedence."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    pass_type_id = models.CharField(
        _("pass type ID"),
        max_length=120,
        help_text=_("As registered with Apple, such as pass.org.example.tickets."),
    )
    # PEM. Public, like the issuer's.
    certificate = models.TextField(editable=False)
    issuer_certificate = models.TextField(editable=False)
    expires_at = models.DateTimeField(_("expires"), editable=False)
    # PEM, encrypted; never shown, not even to those who entered it.
    private_key = models.TextField(editable=False)

    class Meta:
        verbose_name = _("Apple Wallet")
        verbose_name_plural = _("Apple Wallet")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="there_is_one_apple_wallet")]

    def __str__(self) -> str:
        return self.pass_type_id


class GoogleWallet(models.Model):
    """The service account of Google passes: one row, or none. The environment takes precedence."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    issuer_id = models.CharField(
        _("issuer ID"),
        max_length=30,
        help_text=_("A number, shown in the Google Pay & Wallet Console."),
    )
    account = models.EmailField(_("service account"), editable=False)
    # PEM, encrypted; never shown.
    private_key = models.TextField(editable=False)

    class Meta:
        verbose_name = _("Google Wallet")
        verbose_name_plural = _("Google Wallet")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="there_is_one_google_wallet")]

    def __str__(self) -> str:
        return self.account


class WalletPass(models.Model):
    """One version of a ticket in wallets of one kind.

    A ticket that is reissued or moves to another person has a new version, which is another pass;
    the pass of the former version is void from then on.
    """

    class Kind(models.TextChoices):
        APPLE = "apple", "Apple Wallet"
        GOOGLE = "google", "Google Wallet"

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="passes", db_index=False)
    version = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=6, choices=Kind)
    # A digest of what the pass shows, and since when it shows that (see `wallets.updates`).
    fingerprint = models.CharField(max_length=32)
    changed_at = models.DateTimeField()
    # The last change sent to wallets.
    notified_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = WalletPassQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "version", "kind"], name="pass_of_a_version_is_one"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["apple", "google"]), name="pass_kind_is_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["kind"], condition=~Q(notified_at=F("changed_at")), name="pass_to_notify"
            ),
        ]

    def __str__(self) -> str:
        return self.serial

    @property
    def serial(self) -> str:
        """Its serial number at Apple, and the end of its ID at Google."""
        return f"{self.ticket_id}-{self.version}"


class PassRegistration(models.Model):
    """A device that is notified of changes of a pass in Apple Wallet."""

    wallet_pass = models.ForeignKey(
        WalletPass, models.CASCADE, related_name="registrations", db_index=False
    )
    device = models.CharField(max_length=100)
    push_token = models.CharField(max_length=200)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["wallet_pass", "device"], name="device_registers_a_pass_once"
            ),
        ]
        indexes = [
            models.Index(fields=["device"], name="registration_by_device"),
            models.Index(fields=["push_token"], name="registration_by_token"),
        ]

    def __str__(self) -> str:
        return self.device
