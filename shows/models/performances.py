"""Performances with their price categories."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.archiving import Archivable
from core.choice_labels import Namesakes
from organisation.current import default_currency
from organisation.models import ChannelFees, HasTaxRates
from venues.models import SeatingPlan, Venue

from ..querysets import PerformanceQuerySet, PriceCategoryQuerySet
from .shows import Show


class Performance(Namesakes, Archivable):
    """A show at a venue at one time, with its own prices, limits and sales settings."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        CANCELLED = "cancelled", pgettext_lazy("show", "cancelled")

    class SaleState(models.TextChoices):
        """The state of the sale as customers see it; derived from status, time and places.

        BOX_OFFICE takes the place of ON_SALE and FEW_LEFT on pages and in e-mails where nothing is
        sold online; see `shows.online_sales.online_state`.
        """

        DRAFT = "draft", _("draft")
        ANNOUNCED = "announced", _("not yet on sale")
        ON_SALE = "on_sale", _("on sale")
        FEW_LEFT = "few_left", _("few left")
        BOX_OFFICE = "box_office", _("only at the box office")
        SOLD_OUT = "sold_out", _("sold out")
        ENDED = "ended", _("sales ended")
        CANCELLED = "cancelled", pgettext_lazy("show", "cancelled")

    class EventStatus(models.TextChoices):
        """Whether it takes place as announced first; after schema.org."""

        SCHEDULED = "scheduled", _("scheduled")
        RESCHEDULED = "rescheduled", _("rescheduled")
        CANCELLED = "cancelled", pgettext_lazy("show", "cancelled")

    show = models.ForeignKey(
        Show, models.PROTECT, related_name="performances", verbose_name=_("show")
    )
    venue = models.ForeignKey(
        Venue, models.PROTECT, related_name="performances", verbose_name=_("venue")
    )
    plan = models.ForeignKey(
        SeatingPlan, models.PROTECT, related_name="performances", verbose_name=_("seating plan")
    )
    # Earlier versions of the plan, with which it was on sale before a correction.
    former_plans = ArrayField(
        models.BigIntegerField(), default=list, db_default=[], blank=True, editable=False
    )
    starts_at = models.DateTimeField(_("starts"), db_index=True)
    doors_at = models.DateTimeField(_("doors"), null=True, blank=True)
    on_sale_from = models.DateTimeField(_("on sale from"))
    on_sale_until = models.DateTimeField(
        _("on sale until"),
        null=True,
        blank=True,
        help_text=_("Leave empty to sell until the start."),
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    currency = models.CharField(_("currency"), max_length=3, default=default_currency)
    customer_limit = models.PositiveSmallIntegerField(
        _("maximum tickets per customer"),
        default=8,
        validators=[MinValueValidator(1), MaxValueValidator(50)],
    )
    cancel_until_hours = models.PositiveSmallIntegerField(
        _("cancellation deadline"),
        null=True,
        blank=True,
        default=48,
        help_text=_("In hours before the start. Leave empty to allow no cancellations."),
    )
    keep_fee = models.BooleanField(_("keep the booking fee on cancellation"), default=False)
    transfer_days = models.PositiveSmallIntegerField(
        _("payment by bank transfer"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text=_(
            "In how many days customers may pay by transfer. Their seats stay reserved until then,"
            " at most until two days before the start. Leave empty to offer no transfers."
        ),
    )
    keep_order_fee = models.BooleanField(
        _("keep the order fee on cancellation"),
        default=True,
        db_default=True,
        help_text=_(
            "When customers cancel all tickets of an order. If you cancel them, the order fee is"
            " refunded."
        ),
    )
    allow_single_gaps = models.BooleanField(
        _("allow single-seat gaps"),
        default=False,
        help_text=_(
            "If off, a selection that leaves a single empty seat is rejected while a better one is"
            " available."
        ),
    )
    accessible_released = models.BooleanField(
        _("release wheelchair spaces to everyone"), default=False
    )
    # Set when it is rescheduled: the first start announced, when that was changed, and until when
    # customers may cancel for a full refund.
    moved_from = models.DateTimeField(_("rescheduled from"), null=True, editable=False)
    rescheduled_at = models.DateTimeField(_("rescheduled"), null=True, editable=False)
    refund_until = models.DateTimeField(_("full refund until"), null=True, editable=False)
    # Counted from time to time for badges in lists; the places themselves decide.
    places_total = models.PositiveIntegerField(default=0, editable=False)
    places_left = models.PositiveIntegerField(default=0, editable=False)
    # When its places were created, which putting it on sale does.
    opened_at = models.DateTimeField(_("seats created"), null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    # Annotations of `with_price_range`.
    price_from: Decimal | None
    price_to: Decimal | None
    # Set by `PerformanceQuerySet.with_channel_fees`.
    own_fees: list[dict[str, str | None]]
    venue_fees: list[dict[str, str | None]]
    # Set by `PerformanceQuerySet.with_questions`.
    question_rows: list[dict[str, Any]]

    objects = PerformanceQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        verbose_name = _("performance")
        verbose_name_plural = _("performances")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(doors_at=None) | models.Q(doors_at__lte=models.F("starts_at")),
                name="doors_open_before_the_start",
            ),
            models.CheckConstraint(
                condition=models.Q(on_sale_until=None)
                | models.Q(on_sale_until__gt=models.F("on_sale_from")),
                name="sale_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.show.title}, {self.formatted_start}"

    @property
    def detailed_label(self) -> str:
        return f"{self} · {self.venue.name}"

    @property
    def formatted_start(self) -> str:
        """The start in the venue's local time, as staff tables show it."""
        return date_format(self.starts_at.astimezone(self.venue.zone), "DATETIME_FORMAT")

    def reasons_against_archiving(self) -> list[str]:
        return Performance.objects.filter(pk=self.pk).reasons_against_archiving()

    def get_absolute_url(self) -> str:
        return reverse("bookings:performance", args=[self.pk])

    @property
    def ends_at(self) -> datetime:
        """The expected end: the start plus the show's duration, or plus two hours without one."""
        return self.starts_at + timedelta(minutes=self.show.duration or 120)

    @property
    def is_over(self) -> bool:
        """Whether its expected end has passed."""
        return timezone.now() >= self.ends_at

    @property
    def sale_ends_at(self) -> datetime:
        return self.on_sale_until or self.starts_at

    @property
    def cancel_until(self) -> datetime | None:
        """Until when customers may cancel their tickets, or None if they may not.

        After rescheduling, `refund_until` counts if it is later.
        """
        offers = [self.refund_until] if self.refund_until else []
        if self.cancel_until_hours is not None:
            offers.append(self.starts_at - timedelta(hours=self.cancel_until_hours))
        return max(offers, default=None)

    def keeps_fee(self, now: datetime | None = None) -> bool:
        """Return whether the booking fee is kept when a customer cancels at `now`."""
        return self.keep_fee and not self._offers_full_refund(now)

    def keeps_order_fee(self, now: datetime | None = None) -> bool:
        """Return whether the order fee is kept when a customer cancels a whole order at `now`."""
        return self.keep_order_fee and not self._offers_full_refund(now)

    def _offers_full_refund(self, now: datetime | None) -> bool:
        """Return whether it is cancelled, or was rescheduled and may be cancelled in full."""
        if not self.takes_place:
            return True
        return self.refund_until is not None and (now or timezone.now()) < self.refund_until

    @property
    def is_moved(self) -> bool:
        """Whether its start differs from the one first announced."""
        return self.moved_from is not None and self.moved_from != self.starts_at

    def sale_state(self, now: datetime | None = None) -> SaleState:
        """Return the SaleState at `now`."""
        now = now or timezone.now()
        State = self.SaleState
        if self.status == self.Status.CANCELLED:
            return State.CANCELLED
        if self.status == self.Status.DRAFT:
            return State.DRAFT
        if now >= self.sale_ends_at:
            return State.ENDED
        if now < self.on_sale_from or self.opened_at is None:
            return State.ANNOUNCED
        if self.places_left == 0:
            return State.SOLD_OUT
        if self.places_left * 20 <= self.places_total:
            return State.FEW_LEFT
        return State.ON_SALE

    @property
    def sale_opens_at(self) -> datetime | None:
        """Return when the sale begins, or None if that time has passed."""
        return self.on_sale_from if timezone.now() < self.on_sale_from else None

    @property
    def days_until_sale(self) -> int | None:
        """Return in how many days of the venue the sale begins, if within two weeks, else None."""
        zone = self.venue.zone
        today = timezone.now().astimezone(zone).date()
        days = (self.on_sale_from.astimezone(zone).date() - today).days
        return days if 0 <= days <= 14 else None

    @property
    def takes_place(self) -> bool:
        """Whether it has not been cancelled."""
        return self.status != self.Status.CANCELLED

    @property
    def event_status(self) -> EventStatus:
        if not self.takes_place:
            return self.EventStatus.CANCELLED
        return self.EventStatus.RESCHEDULED if self.is_moved else self.EventStatus.SCHEDULED

    def is_selling(self, now: datetime | None = None) -> bool:
        """Return whether the sale is open at `now`, whatever is left."""
        now = now or timezone.now()
        return (
            self.status == self.Status.PUBLISHED
            and self.opened_at is not None
            and self.on_sale_from <= now < self.sale_ends_at
        )


class PriceCategory(HasTaxRates):
    """The price of a category of the seating plan, which has the same name."""

    performance = models.ForeignKey(Performance, models.CASCADE, related_name="price_categories")
    name = models.CharField(_("name"), max_length=80)
    price = models.DecimalField(
        _("price"), max_digits=9, decimal_places=2, help_text=_("Includes the booking fee.")
    )
    fee = models.DecimalField(_("booking fee"), max_digits=9, decimal_places=2, default=Decimal(0))
    ordinal = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = PriceCategoryQuerySet.as_manager()

    class Meta:
        ordering = ["ordinal", "pk"]
        verbose_name = _("price category")
        verbose_name_plural = _("price categories")
        constraints = [
            *HasTaxRates.Meta.constraints,
            models.UniqueConstraint(
                fields=["performance", "name"], name="price_category_is_unique_in_performance"
            ),
            models.CheckConstraint(
                condition=models.Q(fee__gte=0) & models.Q(fee__lte=models.F("price")),
                name="fee_is_a_part_of_the_price",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PerformanceFees(ChannelFees):
    """The fees of a channel at one performance, in place of those of its venue."""

    performance = models.ForeignKey(Performance, models.CASCADE, related_name="channel_fees")

    class Meta(ChannelFees.Meta):
        verbose_name = _("fees of a channel")
        verbose_name_plural = _("fees by channel")
        constraints = [
            *ChannelFees.Meta.constraints,
            models.UniqueConstraint(
                fields=["performance", "channel"],
                name="fees_of_a_channel_are_set_once_for_a_performance",
            ),
        ]
