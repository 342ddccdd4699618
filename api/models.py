"""API keys, idempotency records, and webhook endpoints, events and deliveries."""

import secrets

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length, Now
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from core.json_size import KB, MB, json_fits

from .querysets import ApiKeyQuerySet, DeliveryQuerySet, EndpointQuerySet, IdempotencyRecordQuerySet

# Bytes of a stored response, and characters of an event.
MAX_RESPONSE, MAX_EVENT = MB, 4 * MB


class Scope(models.TextChoices):
    """What a key may be used for, within the permissions of its owner."""

    CATALOGUE = "catalogue", _("create, change and delete venues, shows and performances")
    SALE = "sale", _("put on sale, block and unblock seats")
    ORDERS = "orders", _("read, export, cancel and refund orders")
    ACCOUNTS = "accounts", _("approve accounts")
    DOOR = "door", _("verify tickets and check them in")
    WEBHOOKS = "webhooks", _("manage webhooks")


class ApiKey(models.Model):
    """Authenticates a staff integration. A key never has more permissions than its owner."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_keys", verbose_name=_("owner")
    )
    name = models.CharField(_("name"), max_length=80, help_text=_("Which integration uses it."))
    scopes = ArrayField(
        models.CharField(max_length=20, choices=Scope), verbose_name=_("scopes"), default=list
    )
    # The first characters, so that people can tell keys apart; the rest is not stored.
    hint = models.CharField(_("prefix"), max_length=20, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"


class IdempotencyRecord(models.Model):
    """A request with an idempotency key, and its response once there is one (`status`).

    The row is created before the request is processed; its response is returned to the owner again.
    """

    # Who sent it: see `api.idempotency`.
    owner = models.CharField(max_length=80)
    key = models.CharField(max_length=200)
    request = models.CharField(max_length=300)  # Method and path.
    fingerprint = models.CharField(max_length=64)
    # A token of the process that handles the request, so that only the last one may finish it.
    holder = models.CharField(max_length=32)
    claimed_at = models.DateTimeField(db_default=Now())
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=b"")

    objects = IdempotencyRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("idempotency record")
        verbose_name_plural = _("idempotency records")
        constraints = [
            models.UniqueConstraint(fields=["owner", "key"], name="idempotency_key_is_used_once"),
            json_fits("headers", most=4 * KB, name="idempotency_headers_limit"),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("body"), MAX_RESPONSE),
                name="idempotency_body_limit",
            ),
        ]
        indexes = [models.Index(fields=["claimed_at"], name="idempotency_by_age")]

    def __str__(self) -> str:
        return f"{self.request} {self.key}"


class EventType(models.TextChoices):
    """The types of events, as in the bodies of webhooks. The names never change."""

    ORDER_PAID = "order.paid", _("order paid")
    ORDER_CANCELLED = "order.cancelled", _("tickets cancelled")
    ORDER_REFUNDED = "order.refunded", _("refund issued")
    CHECKED_IN = "ticket.checked_in", _("ticket checked in")
    CHECK_IN_UNDONE = "ticket.check_in_undone", _("check-in undone")
    SOLD_OUT = "performance.sold_out", _("performance sold out")


# A test event, sent to one endpoint on request.
PING = "ping"


def new_salt() -> str:
    return secrets.token_urlsafe(24)


def new_event_id() -> str:
    return f"evt_{secrets.token_hex(12)}"


class Endpoint(models.Model):
    """The URL of another system that receives events.

    Its secret is derived from `salt` and the installation's own key, and not stored. After a
    rotation the previous one signs as well until `previous_until`.
    """

    name = models.CharField(
        _("name"), max_length=80, help_text=_("Which system receives the events.")
    )
    url = models.CharField(_("URL"), max_length=500)
    events = ArrayField(
        models.CharField(max_length=40, choices=EventType), verbose_name=_("events")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="webhooks",
        verbose_name=_("owner"),
    )
    salt = models.CharField(max_length=40, default=new_salt, editable=False)
    previous_salt = models.CharField(max_length=40, blank=True, editable=False)
    previous_until = models.DateTimeField(null=True, editable=False)
    # Consecutive failures, and since when; a successful delivery resets both.
    failures = models.PositiveIntegerField(_("consecutive failures"), default=0, editable=False)
    failing_since = models.DateTimeField(_("failing since"), null=True, editable=False)
    # Nothing is sent before, so that an endpoint that hangs delays no other.
    paused_until = models.DateTimeField(null=True, editable=False)
    disabled_at = models.DateTimeField(_("disabled"), null=True, editable=False)
    disabled_reason = models.CharField(_("reason"), max_length=200, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)

    # Annotation of `with_pending`.
    pending: int

    objects = EndpointQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        constraints = [
            models.CheckConstraint(condition=~Q(events=[]), name="endpoint_has_events"),
            models.CheckConstraint(
                condition=Q(previous_salt="") | Q(previous_until__isnull=False),
                name="previous_secret_expires",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.url})"

    @property
    def is_enabled(self) -> bool:
        return self.disabled_at is None


class OutboxEvent(models.Model):
    """An entry of the transaction log that has not been published yet.

    Written by a database trigger in the transaction of the entry itself (see the first migration),
    so that neither exists without the other.
    """

    entry = models.BigIntegerField(unique=True)

    class Meta:
        verbose_name = _("outbox event")
        verbose_name_plural = _("outbox events")

    def __str__(self) -> str:
        return f"entry {self.entry}"


class Event(models.Model):
    """Something that happened, in exactly the bytes that are signed and sent, however often.

    `key` names what happened, so that it becomes one event whoever publishes it.
    """

    id = models.CharField(primary_key=True, max_length=40, default=new_event_id, editable=False)
    key = models.CharField(max_length=80, unique=True, editable=False)
    type = models.CharField(_("type"), max_length=40, choices=[*EventType.choices, (PING, PING)])
    body = models.TextField(_("body"))
    at = models.DateTimeField(_("when"), db_default=Now())

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [models.Index(fields=["at"], name="event_by_age")]
        constraints = [
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("body"), MAX_EVENT),
                name="event_body_has_a_limit",
            )
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.id}"


class Delivery(models.Model):
    """The delivery of one event to one endpoint."""

    class Status(models.TextChoices):
        PENDING = "pending", _("pending")
        DELIVERED = "delivered", _("delivered")
        FAILED = "failed", _("failed")

    endpoint = models.ForeignKey(
        Endpoint, models.CASCADE, related_name="deliveries", verbose_name=_("webhook")
    )
    event = models.ForeignKey(
        Event, models.CASCADE, related_name="deliveries", verbose_name=_("event")
    )
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.PENDING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"), db_default=Now())
    last_attempt_at = models.DateTimeField(_("last attempt"), null=True)
    # Set while a worker sends it: see core.leases.
    leased_until = models.DateTimeField(null=True, editable=False)
    delivered_at = models.DateTimeField(_("delivered"), null=True)
    # Of the last attempt: the HTTP status, and the beginning of the response or the error.
    response_status = models.PositiveSmallIntegerField(_("response status"), null=True)
    response_summary = models.CharField(_("response"), max_length=300, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(
                fields=["event", "endpoint"], name="one_delivery_by_event_and_endpoint"
            ),
            models.CheckConstraint(
                condition=~Q(status="delivered") | Q(delivered_at__isnull=False),
                name="delivered_has_its_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=Q(status="pending"), name="delivery_by_due"
            )
        ]

    def __str__(self) -> str:
        return f"{self.event_id} → {self.endpoint_id}"
