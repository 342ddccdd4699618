"""Disputes: customers who ask their bank to take a payment back."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from ..querysets import DisputeQuerySet
from .payments import Payment


class Dispute(models.Model):
    """A customer's dispute of a payment, as the provider has it.

    `INQUIRY` is a question of the bank, by which no money moves. From `OPEN` on the bank has taken
    `amount` back; `WON` returns it.
    """

    class Status(models.TextChoices):
        INQUIRY = "inquiry", _("inquiry")
        OPEN = "open", _("open")
        SUBMITTED = "submitted", _("under review")  # Staff have answered; the bank decides.
        WON = "won", _("won")
        LOST = "lost", _("lost")
        CLOSED = "closed", _("closed")  # An inquiry that did not become a dispute.

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="disputes")
    provider_reference = models.CharField(_("provider's reference"), max_length=100)
    amount = models.DecimalField(_("amount"), max_digits=11, decimal_places=2)
    reason = models.CharField(_("reason"), max_length=60, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status)
    # Whether the bank has taken the money back, and not returned it.
    takes_money = models.BooleanField(default=False, db_default=False)
    # Until when staff have to answer.
    act_by = models.DateTimeField(_("act by"), null=True, editable=False)
    created_at = models.DateTimeField(_("opened"), db_default=Now(), editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)

    objects = DisputeQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        constraints = [
            models.UniqueConstraint(
                fields=["payment", "provider_reference"], name="one_dispute_for_a_reference"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="dispute_is_positive"),
            models.CheckConstraint(
                condition=Q(status__in=["won", "lost", "closed"], closed_at__isnull=False)
                | Q(status__in=["inquiry", "open", "submitted"], closed_at=None),
                name="closed_dispute_has_its_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["act_by"],
                condition=Q(status__in=["inquiry", "open"]),
                name="dispute_to_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.payment.currency} · {self.payment.purpose}"
