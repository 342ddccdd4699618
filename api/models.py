"""What the room for programs keeps: keys, answers already given, and what is told to whom."""

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

# Bytes of an answer that is kept for whoever asks again, and characters of an event.
LONGEST_ANSWER, LONGEST_EVENT = MB, 4 * MB


class Scope(models.TextChoices):
    """What a key may be used for."""

    CATALOGUE = "catalogue", _("create, change and delete venues, shows and performances")
    SALE = "sale", _("put on sale, block and unblock")
    ORDERS = "orders", _("read, export, cancel and refund orders")
    ACCOUNTS = "accounts", _("approve accounts")
    DOOR = "door", _("verify tickets and check them in")
    WEBHOOKS = "webhooks", _("have events told to an address")


class ApiKey(models.Model):
    """Lets a program of the house in. It never may more than its owner."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_keys", verbose_name=_("owner")
    )
    name = models.CharField(_("name"), max_length=80, help_text=_("Which program uses it."))
    scopes = ArrayField(
        models.CharField(max_length=20, choices=Scope), verbose_name=_("scopes"), default=list
    )
    # The first characters, so that people can tell keys apart; the rest is kept by nobody.
    hint = models.CharField(_("begins with"), max_length=20, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("made"), db_default=Now(), editable=False)
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")

    def __str__(self):
        return f"{self.name} ({self.hint}…)"


class IdempotencyRecord(models.Model):
    """One request with an idempotency key, from the moment that somebody began to answer it.

    `status` is empty until there is an answer, which is then given to its owner again.
    """

    # Who sent it: see `api.idempotency`.
    owner = models.CharField(max_length=80)
    key = models.CharField(max_length=200)
    request = models.CharField(max_length=300)  # Method and path.
    fingerprint = models.CharField(max_length=64)
    # Changes with each who takes the request on, so that only the last of them may finish it.
    holder = models.CharField(max_length=32)
    claimed_at = models.DateTimeField(db_default=Now())
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=b"")

    objects = IdempotencyRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("answered request")
        verbose_name_plural = _("answered requests")
        constraints = [
            models.UniqueConstraint(fields=["owner", "key"], name="idempotency_key_is_used_once"),
            json_fits("headers", most=4 * KB, name="claim_headers_have_a_limit"),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("body"), LONGEST_ANSWER),
                name="claim_body_has_a_limit",
            ),
        ]
        indexes = [models.Index(fields=["claimed_at"], name="claim_by_age")]

    def __str__(self):
        return f"{self.request} {self.key}"


class EventType(models.TextChoices):
    """What is told. The names are those of the webhooks' bodies and never change."""

    ORDER_PAID = "order.paid", _("an order was paid")
    ORDER_CANCELLED = "order.cancelled", _("tickets of an order were cancelled")
    ORDER_REFUNDED = "order.refunded", _("money of an order goes back")
    CHECKED_IN = "ticket.checked_in", _("a ticket was let in")
    CHECK_IN_UNDONE = "ticket.check_in_undone", _("letting a ticket in was taken back")
    SOLD_OUT = "performance.sold_out", _("a performance sold out")


# Told to one address when somebody asks whether it listens.
PING = "ping"


def new_salt():
    return secrets.token_urlsafe(24)


def new_event_id():
    return f"evt_{secrets.token_hex(12)}"


class Endpoint(models.Model):
    """An address of another program that is told of events.

    Its secret is worked out from `salt` and the installation's own key, and kept nowhere. After a
    rotation the one before signs as well until `previous_until`.
    """

    name = models.CharField(_("name"), max_length=80, help_text=_("Which program listens there."))
    url = models.CharField(_("address"), max_length=500)
    events = ArrayField(
        models.CharField(max_length=40, choices=EventType), verbose_name=_("it is told that")
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
    # Failures in a row, and since when; both end with the first delivery that is taken.
    failures = models.PositiveIntegerField(_("failures in a row"), default=0, editable=False)
    failing_since = models.DateTimeField(_("failing since"), null=True, editable=False)
    # Until then nothing is sent there, so that an address that hangs keeps no other one waiting.
    rests_until = models.DateTimeField(null=True, editable=False)
    disabled_at = models.DateTimeField(_("switched off"), null=True, editable=False)
    disabled_because = models.CharField(_("why"), max_length=200, blank=True, editable=False)
    created_at = models.DateTimeField(_("made"), db_default=Now(), editable=False)

    objects = EndpointQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        constraints = [
            models.CheckConstraint(condition=~Q(events=[]), name="endpoint_listens_for_something"),
            models.CheckConstraint(
                condition=Q(previous_salt="") | Q(previous_until__isnull=False),
                name="previous_secret_has_its_end",
            ),
        ]

    def __str__(self):
        return f"{self.name} ({self.url})"

    @property
    def is_on(self):
        return self.disabled_at is None


class OutboxEvent(models.Model):
    """A line of the transaction log that has not been made into events yet.

    Written by a trigger of the database in the transaction of the line itself (migration
    `0002_webhooks`), so neither can be had without the other.
    """

    entry = models.BigIntegerField(unique=True)

    class Meta:
        verbose_name = _("fact to tell")
        verbose_name_plural = _("facts to tell")

    def __str__(self):
        return f"entry {self.entry}"


class Event(models.Model):
    """Something that happened, in the very bytes that are sent and signed, however often.

    `key` names the fact, so that it becomes one event whoever takes it up, and how often.
    """

    id = models.CharField(primary_key=True, max_length=40, default=new_event_id, editable=False)
    key = models.CharField(max_length=80, unique=True, editable=False)
    type = models.CharField(_("kind"), max_length=40, choices=[*EventType.choices, (PING, PING)])
    body = models.TextField(_("body"))
    at = models.DateTimeField(_("when"), db_default=Now())

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [models.Index(fields=["at"], name="event_by_age")]
        constraints = [
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("body"), LONGEST_EVENT),
                name="event_body_has_a_limit",
            )
        ]

    def __str__(self):
        return f"{self.type} {self.id}"


class Delivery(models.Model):
    """One event owed to one address, until it was taken or given up."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DELIVERED = "delivered", _("delivered")
        GIVEN_UP = "given_up", _("given up")

    endpoint = models.ForeignKey(
        Endpoint, models.CASCADE, related_name="deliveries", verbose_name=_("webhook")
    )
    event = models.ForeignKey(
        Event, models.CASCADE, related_name="deliveries", verbose_name=_("event")
    )
    status = models.CharField(_("state"), max_length=9, choices=Status, default=Status.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("next try"), db_default=Now())
    tried_at = models.DateTimeField(_("last tried"), null=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True)
    # What the last try came to: the status of the answer, and its beginning or what went wrong.
    answer = models.PositiveSmallIntegerField(_("answer"), null=True)
    words = models.CharField(_("in words"), max_length=300, blank=True)

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
            models.Index(fields=["due_at"], condition=Q(status="waiting"), name="delivery_by_due")
        ]

    def __str__(self):
        return f"{self.event_id} → {self.endpoint_id}"
