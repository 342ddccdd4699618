"""Waiting rooms, their lanes, admissions and passes."""

import hashlib
import secrets
from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shows.models import Performance

from .querysets import (
    AdmissionBatchQuerySet,
    LaneQuerySet,
    PassQuerySet,
    TurnAlertQuerySet,
    WaitingRoomQuerySet,
)

RETURN_USED = 0


class NumberInLane(Protocol):
    """What names a queue token: see `queue_tokens`."""

    @property
    def lane_id(self) -> int: ...

    @property
    def number(self) -> int: ...


def new_seed() -> str:
    """Return a random seed for a draw."""
    return secrets.token_hex(32)


class WaitingRoom(models.Model):
    """The waiting room of one performance, whose primary key it shares.

    Staff set the editable fields; the others are kept by `opening`, `admission` and `controls`, in
    transactions that lock this row.
    """

    class Mode(models.TextChoices):
        OFF = "off", _("off")
        ALWAYS = "always", _("always")
        AUTOMATIC = "automatic", _("automatic when full")

    class LanePolicy(models.TextChoices):
        """How admissions are divided between the lanes."""

        WEIGHTED = "weighted", _("by weight")
        STRICT = "strict", _("strict: greatest weight first")

    class State(models.TextChoices):
        """The state shown to visitors. Computed, never stored."""

        GATHERING = "gathering", _("before opening")
        OPEN = "open", _("open")
        PAUSED = "paused", _("paused")
        CLOSED = "closed", _("closed")

    performance = models.OneToOneField(
        Performance,
        models.CASCADE,
        primary_key=True,
        related_name="waiting_room",
        verbose_name=_("performance"),
    )
    mode = models.CharField(_("mode"), max_length=9, choices=Mode, default=Mode.ALWAYS)
    capacity = models.PositiveIntegerField(
        _("max. concurrent buyers"),
        default=200,
        validators=[MinValueValidator(1), MaxValueValidator(100_000)],
        help_text=_("Lowered automatically while holding seats is slow."),
    )
    pass_minutes = models.PositiveSmallIntegerField(
        _("session length"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text=_("Minutes to buy after being admitted."),
    )
    rate = models.PositiveIntegerField(
        _("admissions per minute"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Leave empty for no limit."),
    )
    lane_policy = models.CharField(
        _("lane policy"),
        max_length=8,
        choices=LanePolicy,
        default=LanePolicy.WEIGHTED,
        db_default=LanePolicy.WEIGHTED,
        help_text=_(
            "Strict: a lane is admitted only if no lane with a higher weight has visitors."
        ),
    )
    message = models.CharField(
        _("message to everyone waiting"), max_length=300, blank=True, default=""
    )
    shared_networks = models.TextField(
        _("shared networks"),
        blank=True,
        default="",
        help_text=_("A campus or your own Wi-Fi, such as 192.0.2.0/24. One per line."),
    )

    is_paused = models.BooleanField(default=False, editable=False)
    # When the draw closed and the queue started.
    opened_at = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    # Secret until the opening; its hash is public from the start. See `lottery`.
    seed = models.CharField(max_length=64, default=new_seed, editable=False)
    # When `admission` last ran, when it last admitted somebody, and the fraction of an admission
    # that the rate left over.
    processed_at = models.DateTimeField(null=True, editable=False)
    last_admission_at = models.DateTimeField(null=True, editable=False)
    rate_credit = models.FloatField(default=0.0, db_default=0.0, editable=False)
    # The share of the capacity that is used, lowered while the sale is slow (see `pacing`).
    capacity_share = models.FloatField(default=1.0, editable=False)
    # The share of those admitted who arrived, and the seconds an average visit lasts, as measured.
    show_up_rate = models.FloatField(default=1.0, editable=False)
    average_visit = models.FloatField(default=0.0, editable=False)
    # The clock by which admissions are divided between the lanes (see `fair_sharing`).
    virtual_time = models.FloatField(default=0.0, editable=False)

    objects = WaitingRoomQuerySet.as_manager()

    class Meta:
        ordering = ["-performance__starts_at"]
        verbose_name = _("waiting room")
        verbose_name_plural = _("waiting rooms")
        constraints = [
            models.CheckConstraint(
                condition=Q(capacity__gte=1, pass_minutes__gte=1), name="room_admits_someone"
            ),
            models.CheckConstraint(
                condition=Q(
                    capacity_share__gt=0,
                    capacity_share__lte=1,
                    show_up_rate__gt=0,
                    show_up_rate__lte=1,
                ),
                name="room_shares_are_fractions",
            ),
        ]

    def __str__(self) -> str:
        return str(self.performance)

    @property
    def commitment(self) -> str:
        """Return the SHA-256 of the seed, published before anyone joins the draw."""
        return hashlib.sha256(self.seed.encode()).hexdigest()

    @property
    def opens_at(self) -> datetime:
        return self.performance.on_sale_from

    @property
    def state(self) -> State:
        if self.closed_at:
            return self.State.CLOSED
        if self.opened_at is None:
            return self.State.GATHERING
        return self.State.PAUSED if self.is_paused else self.State.OPEN

    @property
    def has_draw(self) -> bool:
        """Return whether a draw decides the order of all who joined before the opening."""
        return self.mode == self.Mode.ALWAYS

    @property
    def current_capacity(self) -> int:
        """Return how many passes may be valid at the same time now."""
        return max(1, round(self.capacity * self.capacity_share))


class Lane(models.Model):
    """One queue of a waiting room, such as VIP. `sequence` issues its numbers.

    A *number* says when someone joined; it only ever grows. A *position* is their place in the
    lane: participants of the draw have the positions up to `draw_size`, later ones follow by
    number, the first of them being `draw_cutoff` + 1.
    """

    room = models.ForeignKey(WaitingRoom, models.CASCADE, related_name="lanes")
    name = models.CharField(_("name"), max_length=40)
    weight = models.PositiveSmallIntegerField(
        _("weight"), default=1, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    # SHA-256 of each access code; without any the lane is public.
    codes = ArrayField(models.CharField(max_length=64), default=list, blank=True, editable=False)
    # The end of the last block of numbers reserved in PostgreSQL: no higher number was issued.
    issued_to = models.PositiveBigIntegerField(default=0, editable=False)
    # The highest number known to have been issued.
    seen = models.PositiveBigIntegerField(default=0, editable=False)
    # Counters in Redis of an earlier generation are ignored.
    generation = models.PositiveIntegerField(default=0, editable=False)
    draw_size = models.PositiveBigIntegerField(default=0, editable=False)
    draw_cutoff = models.PositiveBigIntegerField(default=0, editable=False)
    # Everyone up to this position has been admitted.
    serving = models.PositiveBigIntegerField(default=0, editable=False)
    # When the lane's last admission ended, on the room's virtual time.
    virtual_finish = models.FloatField(default=0.0, editable=False)
    # Set for the lane in which visitors of that lane return (see `returns`).
    returns_to = models.OneToOneField(
        "self",
        models.CASCADE,
        null=True,
        editable=False,
        related_name="returning",
    )

    objects = LaneQuerySet.as_manager()

    class Meta:
        ordering = ["-weight", "pk"]
        verbose_name = _("lane")
        verbose_name_plural = _("lanes")
        constraints = [
            models.UniqueConstraint(fields=["room", "name"], name="lane_is_unique_in_room"),
            models.CheckConstraint(condition=Q(weight__gte=1), name="lane_has_a_weight"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_public(self) -> bool:
        """Return whether anyone can join the lane without an access code."""
        return not self.codes and self.returns_to_id is None

    @property
    def has_waiting(self) -> bool:
        """Return whether someone waits in this lane, as far as is known."""
        return self.joined(self.seen) > self.serving

    def joined(self, highest: int) -> int:
        """Return how many positions there are, if `highest` is the highest number issued."""
        return self.draw_size + max(0, highest - self.draw_cutoff)


class AdmissionBatch(models.Model):
    """An admission of several visitors of a lane: the positions (`up_to` - `size`, `up_to`]."""

    lane = models.ForeignKey(Lane, models.CASCADE, related_name="admissions", db_index=False)
    up_to = models.PositiveBigIntegerField()
    size = models.PositiveIntegerField()
    arrived = models.PositiveIntegerField(default=0)
    admitted_at = models.DateTimeField(db_default=Now())

    objects = AdmissionBatchQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("admission")
        verbose_name_plural = _("admissions")
        constraints = [
            models.UniqueConstraint(fields=["lane", "up_to"], name="position_is_admitted_once")
        ]
        indexes = [models.Index(fields=["lane", "admitted_at"], name="admission_by_time")]

    def __str__(self) -> str:
        return f"{self.up_to - self.size + 1}–{self.up_to}"


class Pass(models.Model):
    """Permission to buy until `expires_at`. One row by visitor and performance, used again.

    `lane` and `number` name the queue token that was exchanged for it and is thereby used.
    """

    performance = models.ForeignKey(
        Performance, models.CASCADE, related_name="passes", db_index=False
    )
    visitor = models.CharField(max_length=40)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="passes"
    )
    # Both are None for a pass without queueing (automatic mode).
    lane = models.ForeignKey(Lane, models.SET_NULL, null=True, blank=True, related_name="+")
    number = models.PositiveBigIntegerField(null=True, blank=True)
    entered_at = models.DateTimeField(_("admitted"))
    expires_at = models.DateTimeField(_("expires"))
    ended_early = models.BooleanField(default=False)
    extended_at = models.DateTimeField(_("extended"), null=True, editable=False)
    # The number with which the visitor has returned to the queue, once (see `returns`), 0 when it
    # has been used; and the number with which they had their turn before.
    return_number = models.PositiveBigIntegerField(null=True, editable=False)
    return_of = models.PositiveBigIntegerField(null=True, editable=False)
    # A keyed hash (see `households`) for a pass without queueing, while it is valid.
    household = models.CharField(
        max_length=32, blank=True, default="", db_default="", editable=False
    )

    objects = PassQuerySet.as_manager()

    class Meta:
        ordering = ["-entered_at"]
        verbose_name = _("pass")
        verbose_name_plural = _("passes")
        constraints = [
            models.UniqueConstraint(
                fields=["performance", "visitor"], name="one_pass_by_visitor_and_performance"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gte=models.F("entered_at")),
                name="pass_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(return_number=None, return_of=None)
                | Q(return_number__isnull=False, return_of__isnull=False),
                name="pass_returns_with_two_numbers",
            ),
        ]
        indexes = [
            models.Index(fields=["performance", "expires_at"], name="pass_by_expiry"),
            models.Index(
                fields=["performance", "household"],
                condition=~Q(household=""),
                name="pass_by_household",
            ),
        ]

    def __str__(self) -> str:
        return self.visitor

    def has_returned(self, token: NumberInLane) -> bool:
        """Return whether the visitor has returned: with another token, or with this and is in."""
        if self.return_number is None:
            return False
        return self.return_of != token.number or self.return_number == RETURN_USED

    def is_of(self, token: NumberInLane) -> bool:
        """Return whether it was given for this queue token."""
        return self.lane_id == token.lane_id and self.number == token.number


class TurnAlert(models.Model):
    """A visitor wants an e-mail when their turn is near (see `turn_alerts`).

    Deleted when the sale is over. `lane`, `number` and `draw_id` are those of the queue token;
    `position` is computed from them once the queue has opened.
    """

    room = models.ForeignKey(WaitingRoom, models.CASCADE, related_name="turn_alerts")
    visitor = models.CharField(max_length=40)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="turn_alerts"
    )
    email = models.EmailField()
    language = models.CharField(max_length=10)
    lane = models.ForeignKey(Lane, models.CASCADE, related_name="+")
    number = models.PositiveBigIntegerField()
    # Empty for a token that takes no part in the draw.
    draw_id = models.CharField(max_length=20, blank=True)
    position = models.PositiveBigIntegerField(null=True)
    requested_at = models.DateTimeField(db_default=Now())
    confirmed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    objects = TurnAlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("e-mail before a turn")
        verbose_name_plural = _("e-mails before turns")
        constraints = [
            models.UniqueConstraint(
                fields=["room", "visitor"], name="one_turn_alert_by_visitor_and_room"
            ),
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(confirmed_at__isnull=False),
                name="turn_alert_is_sent_to_confirmed_addresses",
            ),
        ]
        indexes = [
            models.Index(
                fields=["lane", "position"],
                condition=Q(sent_at=None, confirmed_at__isnull=False),
                name="turn_alert_to_send",
            )
        ]

    def __str__(self) -> str:
        return f"{self.room_id}: {self.number}"
