"""Baskets."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.json_size import KB, json_fits
from organisation.models import Channel
from shows.models import Performance

from ..querysets import HoldQuerySet
from .keys import new_secret

# Only in these can seats of a guest hold be sold: see `bookings.sale.guest_places`.
COUNTER_CHANNELS = {Channel.PHONE, Channel.COUNTER}
# The longest that a hold can last, extensions included. The database enforces it.
HARD_CAP = timedelta(minutes=90)


class Hold(models.Model):
    """A basket: places of one performance kept for one visitor until `expires_at`."""

    class Status(models.TextChoices):
        OPEN = "open", _("open")  # Its time may have passed: see `HoldQuerySet.live`.
        # Its order awaits a transfer: `Order.payable_until` counts, not `expires_at`.
        RESERVED = "reserved", _("reserved")
        BOUGHT = "bought", _("bought")
        RELEASED = "released", _("released")
        LAPSED = "lapsed", _("lapsed")

    token = models.CharField(max_length=32, unique=True, default=new_secret, editable=False)
    performance = models.ForeignKey(Performance, models.PROTECT, related_name="holds")
    # From the signed visitor cookie; staff sales and tests use ids of their own.
    visitor = models.CharField(max_length=40, db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="holds"
    )
    # A keyed hash of the customer's address (see `waitingroom.households`), by which places are
    # counted while the hold is open.
    household = models.CharField(
        max_length=32, blank=True, default="", db_default="", editable=False
    )
    # Where it was made, which decides its fees.
    channel = models.CharField(
        _("channel"), max_length=8, choices=Channel, default=Channel.WEB, db_default=Channel.WEB
    )
    status = models.CharField(max_length=8, choices=Status, default=Status.OPEN)
    # {place id as text: concession id}: the concessions that the customer chose.
    concessions = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField(_("expires"))
    extended_at = models.DateTimeField(_("extended"), null=True, blank=True)
    # The last request for the best available seats ("best 4"), by which a double click is
    # recognised.
    request_key = models.CharField(max_length=80, blank=True, editable=False)
    requested_at = models.DateTimeField(null=True, editable=False)

    # Annotations of querysets.
    now: datetime
    quantity: int

    objects = HoldQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("basket")
        verbose_name_plural = _("baskets")
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
            json_fits("concessions", most=16 * KB, name="hold_concessions_have_a_limit"),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"], condition=Q(status="open"), name="hold_open_by_expiry"
            ),
            models.Index(
                fields=["performance", "household"],
                condition=Q(status="open") & ~Q(household=""),
                name="hold_open_by_household",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def get_absolute_url(self) -> str:
        return reverse("bookings:basket", args=[self.token])

    @property
    def is_bought(self) -> bool:
        """Return whether it is no basket any more: its order is paid or reserved."""
        return self.status in (self.Status.BOUGHT, self.Status.RESERVED)

    @property
    def is_open(self) -> bool:
        """Return whether it is neither bought nor released; its time may have passed."""
        return self.status == self.Status.OPEN

    def is_live(self, now: datetime) -> bool:
        """Return whether it still holds its places at `now`, as `HoldQuerySet.live` does."""
        return self.is_open and self.expires_at > now

    @property
    def is_by_counter_staff(self) -> bool:
        """Return whether staff sell it at the counter or by phone."""
        return self.channel in COUNTER_CHANNELS

    @property
    def is_released(self) -> bool:
        return self.status == self.Status.RELEASED
