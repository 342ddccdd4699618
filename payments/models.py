"""Payments, refunds and provider events. Knows nothing of tickets."""

import secrets

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now, Right, Upper
from django.utils.translation import gettext_lazy as _

from core.json_size import KB, MB, json_fits

from .querysets import (
    DemoChargeQuerySet,
    PaymentQuerySet,
    ProviderEventQuerySet,
    RefundQuerySet,
)


def new_key() -> str:
    return secrets.token_urlsafe(16)


class Payment(models.Model):
    """One attempt to collect an amount.

    `purpose` identifies what is paid, and is opaque here (an order's reference). Amounts are in
    `currency` and include all fees and taxes.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        CAPTURED = "captured", _("captured")
        FAILED = "failed", _("failed")

    # Sent to the provider as idempotency key, and part of its events.
    key = models.CharField(max_length=32, unique=True, default=new_key, editable=False)
    purpose = models.CharField(_("for"), max_length=40, db_index=True)
    provider = models.CharField(_("provider"), max_length=20)
    provider_reference = models.CharField(_("provider's reference"), max_length=100, blank=True)
    # The last four digits of the card, if known: what customers on the phone can read out.
    card = models.CharField(_("card"), max_length=4, blank=True, default="", db_default="")
    # Who took it by hand, as in the transaction log: "staff:3". Empty for online payments.
    taken_by = models.CharField(
        _("taken by"), max_length=40, blank=True, default="", db_default="", editable=False
    )
    amount = models.DecimalField(_("amount"), max_digits=11, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    description = models.CharField(_("description"), max_length=200)
    return_url = models.CharField(max_length=300)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN)
    # The provider's message, for customer and staff.
    failure = models.CharField(_("failure"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    captured_at = models.DateTimeField(_("captured"), null=True, editable=False)
    # When the status of an open payment is next fetched without a webhook.
    next_poll_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_is_positive"),
            models.UniqueConstraint(
                fields=["purpose"],
                condition=Q(status="open"),
                name="one_open_payment_for_a_purpose",
            ),
            models.CheckConstraint(
                condition=Q(status="captured", captured_at__isnull=False)
                | (~Q(status="captured") & Q(captured_at=None)),
                name="captured_payment_has_its_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_poll_at"], condition=Q(status="open"), name="payment_open_to_poll"
            ),
            models.Index(fields=["card"], condition=~Q(card=""), name="payment_by_card"),
            models.Index(Upper(Right("provider_reference", 4)), name="payment_by_end_of_reference"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} · {self.purpose}"


class Refund(models.Model):
    """A refund of a payment: queued in the transaction that decides it, sent afterwards."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("queued")
        SENT = "sent", _("sent")
        FAILED = "failed", _("action required")

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds")
    # Idempotency key: names what is refunded, here and at the provider.
    key = models.CharField(max_length=80, unique=True)
    amount = models.DecimalField(_("amount"), max_digits=11, decimal_places=2)
    reason = models.CharField(_("reason"), max_length=200)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    failure = models.CharField(_("failure"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    try_after = models.DateTimeField(db_default=Now(), editable=False)
    # While a worker sends it (see `core.leases`).
    leased_until = models.DateTimeField(null=True, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, editable=False)
    # Who refunded it by hand: "staff:3". Empty if the provider did.
    paid_out_by = models.CharField(
        _("paid out by"), max_length=40, blank=True, default="", db_default="", editable=False
    )

    objects = RefundQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_is_positive"),
            models.CheckConstraint(
                condition=Q(status="sent", sent_at__isnull=False)
                | (~Q(status="sent") & Q(sent_at=None)),
                name="sent_refund_has_its_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["try_after"], condition=Q(status="queued"), name="queued_refund_by_next_try"
            ),
        ]

    def __str__(self) -> str:
        return f"-{self.amount} {self.payment.currency} · {self.payment.purpose}"


class ProviderEvent(models.Model):
    """An event from a provider's webhook, stored once."""

    provider = models.CharField(_("provider"), max_length=20)
    event_id = models.CharField(_("event"), max_length=100)
    kind = models.CharField(_("kind"), max_length=40)
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="events", null=True)
    body = models.JSONField(_("body"))
    outcome = models.CharField(_("outcome"), max_length=200, blank=True)
    received_at = models.DateTimeField(_("received"), db_default=Now(), editable=False)

    objects = ProviderEventQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at"]
        verbose_name = _("provider event")
        verbose_name_plural = _("provider events")
        constraints = [
            models.UniqueConstraint(fields=["provider", "event_id"], name="event_is_applied_once"),
            json_fits("body", most=2 * MB, name="provider_event_body_has_a_limit"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"


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
