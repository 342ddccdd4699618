"""The demo bank's records."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.json_size import KB, json_fits

from ..querysets import DemoChargeQuerySet


class DemoCharge(models.Model):
    """A charge in the demo bank's records. Only the demo provider reads it."""

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        PAID = "paid", _("paid")
        DECLINED = "declined", _("declined")

    key = models.CharField(max_length=32, unique=True)
    amount = models.DecimalField(max_digits=11, decimal_places=2)
    currency = models.CharField(max_length=3)
    description = models.CharField(max_length=200)
    return_url = models.CharField(max_length=300)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    refunded = models.DecimalField(max_digits=11, decimal_places=2, default=0)
    # {refund key: amount as text}: the bank refunds each key once.
    refunds = models.JSONField(default=dict, blank=True)
    # When the webhook is due (null: never, or already sent). Until then the outcome is kept back
    # from `fetch_status` as well.
    webhook_at = models.DateTimeField(null=True, blank=True)
    webhook_count = models.PositiveSmallIntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = DemoChargeQuerySet.as_manager()

    class Meta:
        verbose_name = _("demo charge")
        verbose_name_plural = _("demo charges")
        constraints = [
            models.CheckConstraint(
                condition=Q(refunded__gte=0) & Q(refunded__lte=models.F("amount")),
                name="demo_refunds_stay_within_the_charge",
            ),
            json_fits("refunds", most=256 * KB, name="demo_refunds_have_a_limit"),
        ]
        indexes = [
            models.Index(
                fields=["webhook_at"],
                condition=Q(webhook_at__isnull=False),
                name="demo_charge_webhook_due",
            ),
        ]

    def __str__(self) -> str:
        return self.key
