"""The sale: places, holds, orders, tickets, and the log of everything that happened to them."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now, Right
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shows.models import Performance, PriceCategory
from venues.models import Seat, Section

from .order_words import Words
from .querysets import (
    AllocationQuerySet,
    ChangeQuerySet,
    HoldQuerySet,
    OrderQuerySet,
    PlaceQuerySet,
    TicketQuerySet,
)

# However often it is extended, no hold outlives this. The database refuses one that would.
HARD_CAP = timedelta(minutes=90)

# Without letters and digits that are easily taken for others when read out on the telephone.
REFERENCE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def new_secret():
    return secrets.token_urlsafe(16)


def new_reference():
    return "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(8))


class Place(models.Model):
    """One thing that can be sold once: a seat, or one standing place, at one performance.

    A held place whose `held_until` has passed, by the database's clock, is as free as an
    available one, whether or not anybody has swept it yet.
    """

    class State(models.TextChoices):
        AVAILABLE = "available", _("available")
        HELD = "held", _("held")
        SOLD = "sold", _("sold")
        BLOCKED = "blocked", _("blocked")

    performance = models.ForeignKey(
        Performance, models.PROTECT, related_name="places", db_index=False
    )
    section = models.ForeignKey(Section, models.PROTECT, related_name="+", db_index=False)
    seat = models.ForeignKey(
        Seat, models.PROTECT, related_name="+", null=True, blank=True, db_index=False
    )
    price_category = models.ForeignKey(
        PriceCategory, models.PROTECT, related_name="+", db_index=False
    )
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.AVAILABLE)
    hold = models.ForeignKey(
        "Hold", models.PROTECT, related_name="places", null=True, blank=True, db_index=False
    )
    held_until = models.DateTimeField(_("held until"), null=True, blank=True)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("place")
        verbose_name_plural = _("places")
        constraints = [
            models.UniqueConstraint(
                fields=["performance", "seat"], name="seat_is_one_place_of_a_performance"
            ),
            models.CheckConstraint(
                condition=Q(state="held", hold__isnull=False, held_until__isnull=False)
                | (~Q(state="held") & Q(hold=None, held_until=None)),
                name="only_held_places_have_a_hold_and_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["available", "held", "sold", "blocked"]),
                name="place_state_is_known",
            ),
        ]
        indexes = [
            models.Index(fields=["performance", "section", "id"], name="place_by_section"),
            models.Index(fields=["hold"], condition=Q(hold__isnull=False), name="place_by_hold"),
            models.Index(
                fields=["performance", "section", "id"],
                condition=Q(seat=None, state__in=["available", "held"]),
                name="place_standing_to_sell",
            ),
        ]

    def __str__(self):
        return f"{self.section} {self.seat or ''}".strip()

    def is_open(self, now):
        """Whether anybody may take it at `now` (the same rule as `PlaceQuerySet.open_at`)."""
        return self.state == self.State.AVAILABLE or (
            self.state == self.State.HELD and self.held_until <= now
        )

    def may_be_had_by(self, hold_id, now):
        """Whether this hold may still buy it: it is the hold's own, in time or not, or open."""
        return self.is_open(now) or (self.state == self.State.HELD and self.hold_id == hold_id)


class Hold(models.Model):
    """A basket: places of one performance kept for one visitor until `expires_at`."""

    class Status(models.TextChoices):
        OPEN = "open", _("open")  # ... and perhaps past its time: see `HoldQuerySet.live`.
        BOUGHT = "bought", _("bought")
        RELEASED = "released", _("released")
        LAPSED = "lapsed", _("lapsed")

    token = models.CharField(max_length=32, unique=True, default=new_secret, editable=False)
    performance = models.ForeignKey(Performance, models.PROTECT, related_name="holds")
    # The signed visitor cookie; staff sales and tests use their own words.
    visitor = models.CharField(max_length=40, db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="holds"
    )
    status = models.CharField(max_length=8, choices=Status, default=Status.OPEN)
    # {place id as text: concession id}: what the customer chose in the basket.
    concessions = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField(_("expires"))
    extended_at = models.DateTimeField(_("extended"), null=True, blank=True)
    # The last request that left the choice to us ("best 4"), so that a double click counts once.
    asked = models.CharField(max_length=80, blank=True, editable=False)
    asked_at = models.DateTimeField(null=True, editable=False)

    objects = HoldQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        constraints = [
            models.UniqueConstraint(
                fields=["performance", "visitor"],
                condition=Q(status="open"),
                name="one_open_hold_by_visitor_and_performance",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__lte=F("created_at") + HARD_CAP),
                name="hold_stays_under_its_hard_cap",
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"], condition=Q(status="open"), name="hold_open_by_expiry"
            ),
        ]

    def __str__(self):
        return self.token

    def get_absolute_url(self):
        return reverse("bookings:basket", args=[self.token])

    @property
    def is_bought(self):
        return self.status == self.Status.BOUGHT

    @property
    def is_open(self):
        """Neither bought nor given back; its time may have passed all the same."""
        return self.status == self.Status.OPEN

    def is_live(self, now):
        """Whether it still keeps its places at `now` (the same rule as `HoldQuerySet.live`)."""
        return self.is_open and self.expires_at > now

    @property
    def is_released(self):
        return self.status == self.Status.RELEASED


class Order(models.Model):
    """A hold being bought, and then what was bought.

    `quote` is frozen when the customer confirms: one line for each place with its price, as it
    was seen. The order is paid when exactly `total` has been captured for its reference.
    """

    class Status(models.TextChoices):
        PENDING = "pending", _("awaiting payment")
        PAID = "paid", _("paid")
        LAPSED = "lapsed", _("lapsed")
        CANCELLED = "cancelled", _("cancelled")

    reference = models.CharField(_("reference"), max_length=12, unique=True, default=new_reference)
    # Lets a guest open the order from the link in the letter.
    key = models.CharField(max_length=32, default=new_secret, editable=False)
    performance = models.ForeignKey(
        Performance, models.PROTECT, related_name="orders", db_index=False
    )
    hold = models.OneToOneField(Hold, models.PROTECT, related_name="order")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="orders"
    )
    visitor = models.CharField(max_length=40)
    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=150)
    language = models.CharField(_("language"), max_length=10, default="en")
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.PENDING)
    currency = models.CharField(_("currency"), max_length=3)
    total = models.DecimalField(_("total"), max_digits=11, decimal_places=2)
    quote = models.JSONField(_("quote"), default=list)
    # Places awaiting payment, or valid tickets: what counts towards the customer's limit.
    quantity = models.PositiveSmallIntegerField(_("places"))
    note = models.TextField(_("note"), blank=True, help_text=_("For staff only."))
    created_at = models.DateTimeField(_("ordered"), db_default=Now(), editable=False)
    paid_at = models.DateTimeField(_("paid"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        constraints = [
            models.CheckConstraint(condition=Q(total__gte=0), name="order_total_is_not_negative"),
            models.CheckConstraint(
                condition=Q(status__in=["paid", "cancelled"], paid_at__isnull=False)
                | Q(status__in=["pending", "lapsed"], paid_at=None),
                name="paid_order_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")),
                name="order_email_is_lower_case",
            ),
        ]
        indexes = [
            models.Index(fields=["performance", "email"], name="order_by_performance_email"),
            models.Index(fields=["email"], name="order_by_email"),
            # What callers say: see `bookings.house.finding_orders`.
            GinIndex(Words("name", "email"), name="order_by_customer"),
            models.Index(Right("reference", 4), name="order_by_end_of_reference"),
        ]

    def __str__(self):
        return self.reference

    def get_absolute_url(self):
        return reverse("bookings:order", args=[self.reference])

    @property
    def is_confirmed(self):
        """Whether it was paid once, cancelled since or not."""
        return self.status in (self.Status.PAID, self.Status.CANCELLED)

    def in_order(self):
        """Its tickets in the order of the seating plan, the valid ones first."""
        return self.tickets.order_by("-status", "place_id", "pk")

    @property
    def is_cancelled(self):
        return self.status == self.Status.CANCELLED


class Ticket(models.Model):
    """One place of a paid order. At most one valid ticket exists for a place."""

    class Status(models.TextChoices):
        VALID = "valid", _("valid")
        CANCELLED = "cancelled", _("cancelled")

    order = models.ForeignKey(Order, models.PROTECT, related_name="tickets")
    performance = models.ForeignKey(
        Performance, models.PROTECT, related_name="tickets", db_index=False
    )
    place = models.ForeignKey(Place, models.PROTECT, related_name="tickets", db_index=False)
    secret = models.CharField(max_length=32, unique=True, default=new_secret, editable=False)
    version = models.PositiveSmallIntegerField(_("version"), default=1, editable=False)
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.VALID)
    # As it was sold; neither a new price nor a new plan changes a ticket.
    label = models.CharField(_("place"), max_length=160)
    category = models.CharField(_("category"), max_length=80)
    concession = models.CharField(_("concession"), max_length=60, blank=True)
    price = models.DecimalField(_("price"), max_digits=9, decimal_places=2)
    fee = models.DecimalField(_("fee"), max_digits=9, decimal_places=2)
    holder = models.CharField(_("holder"), max_length=150, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)

    objects = TicketQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        constraints = [
            models.UniqueConstraint(
                fields=["place"], condition=Q(status="valid"), name="one_valid_ticket_for_a_place"
            ),
            models.CheckConstraint(
                condition=Q(status="valid", cancelled_at=None)
                | Q(status="cancelled", cancelled_at__isnull=False),
                name="cancelled_ticket_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(fee__gte=0) & Q(fee__lte=F("price")),
                name="ticket_fee_is_a_part_of_its_price",
            ),
        ]
        indexes = [
            models.Index(fields=["performance", "place"], name="ticket_by_performance"),
            GinIndex(Words("holder"), name="ticket_by_holder", condition=~Q(holder="")),
        ]

    def __str__(self):
        return self.label

    @property
    def is_valid(self):
        return self.status == self.Status.VALID


class Change(models.Model):
    """Other concessions for tickets of an order that cost more, and so wait for their payment.

    `lines` says what is to change, as it was seen: for each ticket its old and its new concession,
    price and fee (amounts as text). What costs the same or less changes at once, without a row.
    """

    class Status(models.TextChoices):
        PENDING = "pending", _("awaiting payment")
        APPLIED = "applied", _("applied")
        DROPPED = "dropped", _("dropped")

    order = models.ForeignKey(Order, models.PROTECT, related_name="changes", db_index=False)
    number = models.PositiveSmallIntegerField()
    # "<reference of the order>-<number>": what its payment is made for.
    reference = models.CharField(_("reference"), max_length=20, unique=True)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.PENDING)
    lines = models.JSONField(_("changes"))
    difference = models.DecimalField(_("difference"), max_digits=11, decimal_places=2)
    created_at = models.DateTimeField(_("asked for"), db_default=Now(), editable=False)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("change of tickets")
        verbose_name_plural = _("changes of tickets")
        constraints = [
            models.UniqueConstraint(
                fields=["order", "number"], name="change_of_an_order_has_its_number"
            ),
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(status="pending"),
                name="one_pending_change_of_an_order",
            ),
            models.CheckConstraint(
                condition=Q(difference__gt=0), name="change_that_waits_for_money_costs_something"
            ),
        ]

    def __str__(self):
        return self.reference

    @property
    def is_pending(self):
        return self.status == self.Status.PENDING


class Allocation(models.Model):
    """Places kept off sale for somebody: a promoter, the press, the artist's friends.

    Its places are blocked for as long as they belong to it; one that is sold, given away or put
    back on sale belongs to it no more (see `bookings.house.allocating`).
    """

    performance = models.ForeignKey(Performance, models.PROTECT, related_name="allocations")
    name = models.CharField(_("name"), max_length=80)
    release_at = models.DateTimeField(
        _("back on sale"), null=True, blank=True, help_text=_("Empty: kept until somebody decides.")
    )
    released_at = models.DateTimeField(_("released"), null=True, editable=False)
    created_at = models.DateTimeField(_("made"), db_default=Now(), editable=False)

    objects = AllocationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("allocation")
        verbose_name_plural = _("allocations")
        indexes = [
            models.Index(
                fields=["release_at"],
                condition=Q(released_at=None, release_at__isnull=False),
                name="allocation_to_release",
            )
        ]

    def __str__(self):
        return self.name


class AllocatedPlace(models.Model):
    """A place that belongs to an allocation, and to no other."""

    place = models.OneToOneField(Place, models.CASCADE, related_name="allocated", primary_key=True)
    allocation = models.ForeignKey(Allocation, models.CASCADE, related_name="places")

    class Meta:
        verbose_name = _("allocated place")
        verbose_name_plural = _("allocated places")

    def __str__(self):
        return str(self.place)


class Entry(models.Model):
    """A line of the transaction log. Lines are only ever added; the database refuses the rest.

    `amount` is signed from the house's side: what a payment brought, less what a refund gave back.
    """

    class Kind(models.TextChoices):
        HOLD = "hold", _("held")
        EXTEND = "extend", _("extended")
        RELEASE = "release", _("released")
        LAPSE = "lapse", _("lapsed")
        ORDER = "order", _("ordered")
        SALE = "sale", _("sold")
        PAYMENT = "payment", _("payment")
        REFUND = "refund", _("refund")
        CANCEL = "cancel", _("cancelled")
        BLOCK = "block", _("blocked")
        UNBLOCK = "unblock", _("unblocked")
        OPEN = "open", _("put on sale")
        CHECK_IN = "check_in", _("checked in")
        REISSUE = "reissue", _("reissued")
        CHANGE = "change", _("changed")
        MOVE = "move", _("moved")
        CALL_OFF = "call_off", _("called off")
        POSTPONE = "postpone", _("rescheduled")
        REPRICE = "reprice", _("prices changed")
        NOTE = "note", _("note")

    performance = models.ForeignKey(
        Performance, models.PROTECT, related_name="entries", db_index=False, null=True
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    # Plain numbers, not foreign keys: the log outlives what it speaks of.
    hold = models.BigIntegerField(null=True)
    order = models.CharField(_("order"), max_length=12, blank=True)
    places = ArrayField(models.BigIntegerField(), default=list)
    amount = models.DecimalField(_("amount"), max_digits=11, decimal_places=2, null=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    # "visitor:…", "user:12", "staff:3", "system".
    actor = models.CharField(_("who"), max_length=60)
    detail = models.JSONField(_("detail"), default=dict)
    at = models.DateTimeField(_("when"), db_default=Now())

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("log entry")
        verbose_name_plural = _("transaction log")
        indexes = [
            models.Index(fields=["performance", "id"], name="entry_by_performance"),
            models.Index(fields=["order"], condition=~Q(order=""), name="entry_by_order"),
            # What happened to a hold before it had an order.
            models.Index(
                fields=["hold"], condition=Q(hold__isnull=False, order=""), name="entry_by_hold"
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.order}"
