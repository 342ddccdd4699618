"""Payments, refunds and provider events."""

import secrets
from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now, Right, Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.json_size import MB, json_fits

from ..querysets import PageClosingQuerySet, PaymentQuerySet, ProviderEventQuerySet, RefundQuerySet


def new_key() -> str:
    return secrets.token_urlsafe(16)


class Payment(models.Model):
    """One attempt to collect an amount.

    `purpose` identifies what is paid, and is opaque here (an order's reference). Amounts are in
    `currency` and include all fees and taxes.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        # Confirmed by the customer; the money arrives in days (direct debit, bank transfer).
        PENDING = "pending", _("being processed")
        CAPTURED = "captured", _("captured")
        FAILED = "failed", _("failed")
        EXPIRED = "expired", _("expired")  # The provider's page was closed before it was paid.

    # Sent to the provider as idempotency key, and part of its events.
    key = models.CharField(max_length=32, unique=True, default=new_key, editable=False)
    purpose = models.CharField(_("for"), max_length=40, db_index=True)
    provider = models.CharField(_("provider"), max_length=20)
    provider_reference = models.CharField(_("provider's reference"), max_length=100, blank=True)
    # The provider's ID of the page where it is paid, if that is an object of its own.
    page_reference = models.CharField(max_length=255, blank=True, default="", db_default="")
    page_url = models.TextField(blank=True, default="", db_default="", editable=False)
    # The last four digits of the card, if known: what customers on the phone can read out.
    card = models.CharField(_("card"), max_length=4, blank=True, default="", db_default="")
    # In the provider's words: "card", "ideal", "sepa_debit".
    method = models.CharField(_("method"), max_length=30, blank=True, default="", db_default="")
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
                condition=Q(status__in=["open", "pending"]),
                name="one_unfinished_payment_for_a_purpose",
            ),
            models.CheckConstraint(
                condition=Q(status="captured", captured_at__isnull=False)
                | (~Q(status="captured") & Q(captured_at=None)),
                name="captured_payment_has_its_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_poll_at"],
                condition=Q(status__in=["open", "pending"]),
                name="payment_unfinished_to_poll",
            ),
            models.Index(fields=["card"], condition=~Q(card=""), name="payment_by_card"),
            models.Index(Upper(Right("provider_reference", 4)), name="payment_by_end_of_reference"),
            models.Index(
                fields=["provider_reference"],
                condition=~Q(provider_reference=""),
                name="payment_by_reference",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} · {self.purpose}"

    @property
    def age(self) -> timedelta:
        """Return how long ago it was started."""
        return timezone.now() - self.created_at

    @property
    def is_unfinished(self) -> bool:
        """Return whether it is open, or its money is on its way."""
        return self.status in (self.Status.OPEN, self.Status.PENDING)


class Refund(models.Model):
    """A refund of a payment: queued in the transaction that decides it, sent afterwards.

    `SENT` is what the provider has accepted. It can still fail, days later. A refund that staff
    made in the provider's dashboard is recorded with `made_at_provider`.
    """

    class Status(models.TextChoices):
        QUEUED = "queued", _("queued")
        SENT = "sent", _("sent")
        SUCCEEDED = "succeeded", _("refunded")
        FAILED = "failed", _("action required")
        WITHDRAWN = "withdrawn", _("withdrawn")  # Not needed any more, by a decision of staff.

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds")
    # Idempotency key: names what is refunded, here and at the provider.
    key = models.CharField(max_length=80, unique=True)
    amount = models.DecimalField(_("amount"), max_digits=11, decimal_places=2)
    reason = models.CharField(_("reason"), max_length=200)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.QUEUED)
    provider_reference = models.CharField(
        _("provider's reference"), max_length=100, blank=True, default="", db_default=""
    )
    made_at_provider = models.BooleanField(
        _("made at the provider"), default=False, db_default=False
    )
    # How many refunds of the same key the provider has reported as failed: each further one needs
    # an idempotency key of its own.
    failures = models.PositiveSmallIntegerField(default=0, db_default=0)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    failure = models.CharField(_("failure"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    try_after = models.DateTimeField(db_default=Now(), editable=False)
    # While a worker sends it (see `core.leases`).
    leased_until = models.DateTimeField(null=True, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, editable=False)
    # Until when staff have to act on a failed refund.
    act_by = models.DateTimeField(_("act by"), null=True, editable=False)
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
                condition=Q(status__in=["sent", "succeeded"], sent_at__isnull=False)
                | Q(status="queued", sent_at=None)
                | Q(status__in=["failed", "withdrawn"]),
                name="refund_has_its_time",
            ),
            models.UniqueConstraint(
                fields=["payment", "provider_reference"],
                condition=~Q(provider_reference=""),
                name="one_refund_for_a_reference",
            ),
        ]
        indexes = [
            models.Index(
                fields=["try_after"], condition=Q(status="queued"), name="queued_refund_by_next_try"
            ),
            models.Index(
                fields=["try_after"], condition=Q(status="sent"), name="sent_refund_by_next_poll"
            ),
        ]

    def __str__(self) -> str:
        return f"-{self.amount} {self.payment.currency} · {self.payment.purpose}"

    @property
    def provider_key(self) -> str:
        """Return the idempotency key of the next attempt at the provider."""
        return f"{self.key}:{self.failures}" if self.failures else self.key


class PageClosing(models.Model):
    """A provider's pay page that is to be closed: what it sells is no longer for this customer.

    A row of its own rather than a column of the payment: who asks for it has locked other rows, and
    must not wait for the payment's lock. Deleted once the page is closed.
    """

    payment = models.OneToOneField(Payment, models.CASCADE, primary_key=True, related_name="+")
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    try_after = models.DateTimeField(db_default=Now(), editable=False)
    leased_until = models.DateTimeField(null=True, editable=False)

    objects = PageClosingQuerySet.as_manager()

    class Meta:
        verbose_name = _("pay page to close")
        verbose_name_plural = _("pay pages to close")

    def __str__(self) -> str:
        return str(self.payment_id)


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
        verbose_name = _("provider webhook")
        verbose_name_plural = _("provider webhooks")
        constraints = [
            models.UniqueConstraint(fields=["provider", "event_id"], name="event_is_applied_once"),
            json_fits("body", most=2 * MB, name="provider_event_body_has_a_limit"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"
