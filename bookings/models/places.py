"""Places: the seats and standing places of a performance."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shows.models import Performance, PriceCategory
from venues.models import Seat, Section

from ..querysets import PlaceQuerySet


class Place(models.Model):
    """A seat, or one standing place, at one performance. It can be sold once.

    A held place whose `held_until` has passed, by the database's clock, can be taken like an
    available one, whether or not it has been swept yet.
    """

    class State(models.TextChoices):
        AVAILABLE = "available", _("available")
        HELD = "held", _("held")
        SOLD = "sold", _("sold")
        BLOCKED = "blocked", _("blocked")
        # Of a seat that is no longer in the plan (see `staff_operations.plan_corrections`).
        REMOVED = "removed", _("removed from the plan")

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
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
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
                condition=Q(state__in=["available", "held", "sold", "blocked", "removed"]),
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

    def __str__(self) -> str:
        return f"{self.section} {self.seat or ''}".strip()

    def is_open(self, now: datetime) -> bool:
        """Return whether it can be held at `now`, as `PlaceQuerySet.open_at` does."""
        if self.state == self.State.AVAILABLE:
            return True
        return self.held_until is not None and self.held_until <= now

    def can_be_sold_to(self, hold_id: int, now: datetime) -> bool:
        """Return whether the hold can buy it: it is open, or the hold's own, lapsed or not."""
        return self.is_open(now) or (self.state == self.State.HELD and self.hold_id == hold_id)
