"""Tickets, and changes of tickets that await payment."""

from decimal import Decimal

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.json_size import KB, MB, json_fits
from core.name_search import SearchGrams
from core.tax import TaxRates
from organisation.models import TaxRateField
from shows.models import Performance
from shows.terms import terms_of

from ..querysets import TicketChangeQuerySet, TicketQuerySet
from .keys import new_secret
from .orders import Order
from .places import Place

# The concession of free tickets, one of the common names of `core.names`.
COMPLIMENTARY = "Complimentary"


class Ticket(models.Model):
    """One place of a paid order. There is at most one valid ticket for a place."""

    class Status(models.TextChoices):
        VALID = "valid", _("valid")
        CANCELLED = "cancelled", _("cancelled")

    order = models.ForeignKey(Order, models.PROTECT, related_name="tickets")
    # The order whose payment paid for it, if it was moved to another order since.
    paid_with = models.ForeignKey(
        Order,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="moved_tickets",
        verbose_name=_("paid with order"),
        db_index=False,
    )
    performance = models.ForeignKey(
        Performance, models.PROTECT, related_name="tickets", db_index=False
    )
    place = models.ForeignKey(Place, models.PROTECT, related_name="tickets", db_index=False)
    secret = models.CharField(max_length=32, unique=True, default=new_secret, editable=False)
    version = models.PositiveSmallIntegerField(_("version"), default=1, editable=False)
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.VALID)
    # As sold: new prices do not change a ticket. A correction of the plan changes its label.
    label = models.CharField(_("seat"), max_length=250)
    category = models.CharField(_("category"), max_length=80)
    concession = models.CharField(_("concession"), max_length=60, blank=True)
    price = models.DecimalField(_("price"), max_digits=9, decimal_places=2)
    fee = models.DecimalField(_("fee"), max_digits=9, decimal_places=2)
    # Percentages: the tax that `price` without `fee` includes, and the tax that `fee` includes.
    tax_rate = TaxRateField(_("tax (%)"), default=Decimal(0), db_default=Decimal(0))
    fee_tax_rate = TaxRateField(_("tax on the fee (%)"), default=Decimal(0), db_default=Decimal(0))
    tax_exemption = models.CharField(
        _("reason for tax exemption"), max_length=200, blank=True, default="", db_default=""
    )
    holder = models.CharField(_("holder"), max_length=150, blank=True)
    # Answers to the questions for each ticket, by their names (see `checkout_fields`).
    details = models.JSONField(_("details"), default=dict, db_default={}, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)

    objects = TicketQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        constraints = [
            json_fits("details", most=16 * KB, name="ticket_details_have_a_limit"),
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
            models.CheckConstraint(
                condition=Q(tax_rate__gte=0, tax_rate__lte=100)
                & Q(fee_tax_rate__gte=0, fee_tax_rate__lte=100),
                name="ticket_tax_is_a_percentage",
            ),
            models.CheckConstraint(
                condition=Q(tax_exemption="") | Q(tax_rate=0) | Q(fee_tax_rate=0),
                name="ticket_exemption_is_of_a_zero_rate",
            ),
        ]
        indexes = [
            models.Index(fields=["performance", "place"], name="ticket_by_performance"),
            models.Index(
                fields=["paid_with"],
                condition=Q(paid_with__isnull=False),
                name="ticket_moved_by_paid_order",
            ),
            GinIndex(SearchGrams("holder"), name="ticket_by_holder", condition=~Q(holder="")),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def needs_proof(self) -> bool:
        """Whether the holder has to show that the concession applies.

        The performance says so, or no longer has the concession.
        """
        if self.concession in ("", COMPLIMENTARY):
            return False
        concessions = terms_of(self.performance_id).concessions.values()
        return all(one.proof for one in concessions if one.name == self.concession)

    @property
    def is_valid(self) -> bool:
        return self.status == self.Status.VALID

    @property
    def tax_rates(self) -> TaxRates:
        """The rates at which it was sold."""
        return TaxRates(self.tax_rate, self.fee_tax_rate, self.tax_exemption)


class TicketChange(models.Model):
    """New concessions for tickets of an order that cost more and await the payment of the rest.

    `lines` has for each ticket its old and its new concession, price and fee (amounts as text), as
    the customer saw them. Changes that cost the same or less are applied at once, without a row.
    """

    class Status(models.TextChoices):
        PENDING = "pending", _("awaiting payment")
        APPLIED = "applied", _("applied")
        DROPPED = "dropped", _("dropped")

    order = models.ForeignKey(Order, models.PROTECT, related_name="changes", db_index=False)
    number = models.PositiveSmallIntegerField()
    # "<reference of the order>-<number>", the purpose of its payment.
    reference = models.CharField(_("reference"), max_length=20, unique=True)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.PENDING)
    lines = models.JSONField(_("changes"))
    difference = models.DecimalField(_("difference"), max_digits=11, decimal_places=2)
    created_at = models.DateTimeField(_("requested"), db_default=Now(), editable=False)

    objects = TicketChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("ticket change")
        verbose_name_plural = _("ticket changes")
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
            json_fits("lines", most=MB, name="change_lines_have_a_limit"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_pending(self) -> bool:
        return self.status == self.Status.PENDING
