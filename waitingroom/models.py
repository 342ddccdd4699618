"""The waiting room: how a rush is let in, lane by lane, and who is in."""

import hashlib
import secrets

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shows.models import Performance

from .querysets import CallQuerySet, PassQuerySet, WaitingRoomQuerySet


def new_seed():
    return secrets.token_hex(32)


class WaitingRoom(models.Model):
    """The waiting room of one performance, whose primary key it shares.

    Staff set the fields above; those below are kept by `opening`, `admitting` and `steering`, in
    transactions that lock this row.
    """

    class Mode(models.TextChoices):
        OFF = "off", _("off")
        ALWAYS = "always", _("always")
        AUTOMATIC = "automatic", _("by itself, when as many are in as may be")

    class State(models.TextChoices):
        """What visitors may be told. Worked out, never stored."""

        GATHERING = "gathering", _("gathering")
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
        _("shoppers at once"),
        default=200,
        validators=[MinValueValidator(1), MaxValueValidator(100_000)],
        help_text=_("Lowered by itself for as long as holding places takes long."),
    )
    pass_minutes = models.PositiveSmallIntegerField(
        _("minutes to choose"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )
    rate = models.PositiveIntegerField(
        _("let in a minute, at most"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty: as many as there is room for."),
    )
    message = models.CharField(
        _("message to everybody who waits"), max_length=300, blank=True, default=""
    )
    shared_networks = models.TextField(
        _("shared networks"),
        blank=True,
        default="",
        help_text=_("A campus or your own Wi-Fi, such as 192.0.2.0/24; one to a line."),
    )

    is_paused = models.BooleanField(default=False, editable=False)
    # When the queue began to move: the lots were drawn then.
    opened_at = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    # Secret until the opening; its hash is public from the start. See `lots`.
    seed = models.CharField(max_length=64, default=new_seed, editable=False)
    admitted_at = models.DateTimeField(null=True, editable=False)
    # The share of the capacity that is used, lowered while the sale is slow (see `pacing`).
    pace = models.FloatField(default=1.0, editable=False)
    # The share of those called who came, and how many seconds one stays, both as last measured.
    show_rate = models.FloatField(default=1.0, editable=False)
    stay = models.FloatField(default=0.0, editable=False)
    # The clock of the fair sharing between lanes (see `sharing`).
    turn = models.FloatField(default=0.0, editable=False)

    objects = WaitingRoomQuerySet.as_manager()

    class Meta:
        ordering = ["-performance__starts_at"]
        verbose_name = _("waiting room")
        verbose_name_plural = _("waiting rooms")
        constraints = [
            models.CheckConstraint(
                condition=Q(capacity__gte=1, pass_minutes__gte=1), name="room_lets_somebody_in"
            ),
            models.CheckConstraint(
                condition=Q(pace__gt=0, pace__lte=1, show_rate__gt=0, show_rate__lte=1),
                name="room_is_paced_by_shares",
            ),
        ]

    def __str__(self):
        return str(self.performance)

    @property
    def commitment(self):
        """The SHA-256 of the seed, published before anybody's lot depends on it."""
        return hashlib.sha256(self.seed.encode()).hexdigest()

    @property
    def opens_at(self):
        return self.performance.on_sale_from

    @property
    def state(self):
        if self.closed_at:
            return self.State.CLOSED
        if self.opened_at is None:
            return self.State.GATHERING
        return self.State.PAUSED if self.is_paused else self.State.OPEN

    @property
    def draws_lots(self):
        """Whether people gather before the opening. In automatic mode there is nothing to see."""
        return self.mode == self.Mode.ALWAYS

    @property
    def room_for(self):
        """How many may be in at once just now."""
        return max(1, round(self.capacity * self.pace))


class Lane(models.Model):
    """One queue of a room. Its numbers are given out by `numbers`, its turn comes by `sharing`.

    A *number* says when somebody joined; it only ever grows. A *position* is where they stand:
    those who gathered have the positions up to `drawn` by their lots, later ones follow by number,
    the first of them being `late_from` + 1.
    """

    room = models.ForeignKey(WaitingRoom, models.CASCADE, related_name="lanes")
    name = models.CharField(_("name"), max_length=40)
    weight = models.PositiveSmallIntegerField(
        _("weight"), default=1, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    # SHA-256 of each code that opens this lane; without any it is open to everybody.
    codes = ArrayField(models.CharField(max_length=64), default=list, blank=True, editable=False)
    # No number above this one has been given out, here or in Redis.
    issued_to = models.PositiveBigIntegerField(default=0, editable=False)
    # The highest number that was certainly given out, as last seen.
    seen = models.PositiveBigIntegerField(default=0, editable=False)
    # Counters in Redis of an earlier generation count no more.
    generation = models.PositiveIntegerField(default=0, editable=False)
    drawn = models.PositiveBigIntegerField(default=0, editable=False)
    late_from = models.PositiveBigIntegerField(default=0, editable=False)
    # Everybody up to this position has been called.
    serving = models.PositiveBigIntegerField(default=0, editable=False)
    # Where the lane's last turn ended, on the room's clock of fair sharing.
    turn_ended = models.FloatField(default=0.0, editable=False)

    class Meta:
        ordering = ["-weight", "pk"]
        verbose_name = _("lane")
        verbose_name_plural = _("lanes")
        constraints = [
            models.UniqueConstraint(fields=["room", "name"], name="lane_is_unique_in_room"),
            models.CheckConstraint(condition=Q(weight__gte=1), name="lane_has_a_weight"),
        ]

    def __str__(self):
        return self.name

    @property
    def is_for_everybody(self):
        return not self.codes

    @property
    def has_waiting(self):
        """Whether somebody waits here who has not been called, as far as was last seen."""
        return self.joined(self.seen) > self.serving

    def joined(self, seen):
        """How many positions there are, if `seen` is the highest number given out."""
        return self.drawn + max(0, seen - self.late_from)


class Call(models.Model):
    """Some people of a lane being called: the positions (`upto` - `size`, `upto`]."""

    lane = models.ForeignKey(Lane, models.CASCADE, related_name="calls", db_index=False)
    upto = models.PositiveBigIntegerField()
    size = models.PositiveIntegerField()
    came = models.PositiveIntegerField(default=0)
    called_at = models.DateTimeField(db_default=Now())

    objects = CallQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["lane", "upto"], name="position_is_called_once")
        ]
        indexes = [models.Index(fields=["lane", "called_at"], name="call_by_time")]

    def __str__(self):
        return f"{self.upto - self.size + 1}–{self.upto}"


class Pass(models.Model):
    """Somebody is in the sale until `expires_at`. One row by visitor and performance, used again.

    `lane` and `number` name the place in the queue that it was given for, which is thereby used.
    """

    performance = models.ForeignKey(
        Performance, models.CASCADE, related_name="passes", db_index=False
    )
    visitor = models.CharField(max_length=40)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="passes"
    )
    # None of both for somebody who came in without queueing (automatic mode).
    lane = models.ForeignKey(Lane, models.SET_NULL, null=True, blank=True, related_name="+")
    number = models.PositiveBigIntegerField(null=True, blank=True)
    entered_at = models.DateTimeField(_("entered"))
    expires_at = models.DateTimeField(_("expires"))
    given_back = models.BooleanField(default=False)
    # A keyed hash (see `households`) for those who came in without queueing, while they are in.
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
        ]
        indexes = [
            models.Index(fields=["performance", "expires_at"], name="pass_by_expiry"),
            models.Index(
                fields=["performance", "household"],
                condition=~Q(household=""),
                name="pass_by_household",
            ),
        ]

    def __str__(self):
        return self.visitor
