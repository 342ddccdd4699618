"""Payouts: what a provider transfers to the bank account, and what each consists of."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from ..querysets import PayoutLineQuerySet, PayoutQuerySet
from .disputes import Dispute
from .payments import Payment, Refund


class Payout(models.Model):
    """A transfer from the provider to the bank account; negative when the provider collects."""

    class Status(models.TextChoices):
        PENDING = "pending", _("pending")
        PAID = "paid", _("paid")
        FAILED = "failed", _("failed")

    provider = models.CharField(_("provider"), max_length=20)
    provider_reference = models.CharField(_("provider's reference"), max_length=100)
    status = models.CharField(_("status"), max_length=10, choices=Status)
    amount = models.DecimalField(_("amount"), max_digits=13, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    # What the bank statement says beside it, as far as the provider knows.
    bank_reference = models.CharField(
        _("reference on the bank statement"), max_length=100, blank=True, default="", db_default=""
    )
    # The day on which it arrives at the bank.
    arrives_on = models.DateField(_("arrives"), null=True)
    created_at = models.DateTimeField(_("created"))
    fetched_at = models.DateTimeField(db_default=Now(), editable=False)
    # Whether `lines` are all that the payout consists of.
    is_complete = models.BooleanField(_("complete"), default=False, db_default=False)

    objects = PayoutQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("payout")
        verbose_name_plural = _("payouts")
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "provider_reference"], name="one_payout_for_a_reference"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} · {self.provider_reference}"


class PayoutLine(models.Model):
    """One movement that a payout consists of: `net` = `gross` - `fee`."""

    class Kind(models.TextChoices):
        PAYMENT = "payment", _("payment")
        REFUND = "refund", _("refund")
        DISPUTE = "dispute", _("dispute")
        FEE = "fee", _("fee")
        # A payout that did not arrive: its money is in this one.
        RETURNED = "returned", _("returned payout")
        OTHER = "other", _("other")

    payout = models.ForeignKey(Payout, models.CASCADE, related_name="lines")
    provider_reference = models.CharField(_("provider's reference"), max_length=100)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    # What it is about, as far as it is known here.
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, related_name="payout_lines")
    refund = models.ForeignKey(Refund, models.PROTECT, null=True, related_name="payout_lines")
    dispute = models.ForeignKey(Dispute, models.PROTECT, null=True, related_name="payout_lines")
    returned_payout = models.ForeignKey(Payout, models.PROTECT, null=True, related_name="returns")
    # The provider's IDs of what it is about, also where they are not known here.
    payment_reference = models.CharField(max_length=100, blank=True, default="", db_default="")
    refund_reference = models.CharField(max_length=100, blank=True, default="", db_default="")
    dispute_reference = models.CharField(max_length=100, blank=True, default="", db_default="")
    gross = models.DecimalField(_("gross"), max_digits=13, decimal_places=2)
    fee = models.DecimalField(_("fee"), max_digits=13, decimal_places=2, default=0)
    net = models.DecimalField(_("net"), max_digits=13, decimal_places=2)
    description = models.CharField(_("description"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("time"))

    objects = PayoutLineQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("line of a payout")
        verbose_name_plural = _("lines of a payout")
        constraints = [
            models.UniqueConstraint(
                fields=["payout", "provider_reference"], name="one_payout_line_for_a_reference"
            ),
            models.CheckConstraint(
                condition=Q(net=F("gross") - F("fee")), name="payout_line_adds_up"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.net}"
