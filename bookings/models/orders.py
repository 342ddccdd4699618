"""Orders."""

from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now, Right
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.json_size import KB, MB, json_fits
from core.name_search import SearchGrams
from core.tax import TaxRates
from organisation.models import Channel, LegalText, TaxRateField
from shows.models import Performance

from ..querysets import CustomerLike, OrderQuerySet
from .holds import Hold
from .keys import new_reference, new_secret

if TYPE_CHECKING:
    from ..querysets import TicketQuerySet


class Order(models.Model):
    """The purchase of a hold.

    `quote` is saved when the customer confirms: one line for each place with its price, as the
    customer saw it. The order is paid when exactly `total` has been captured for its reference.
    """

    class Status(models.TextChoices):
        PENDING = "pending", _("awaiting payment")
        # Its places are kept until `payable_until` (see `sale.reservations`).
        RESERVED = "reserved", _("awaiting transfer")
        PAID = "paid", _("paid")
        LAPSED = "lapsed", _("lapsed")
        CANCELLED = "cancelled", _("cancelled")

    reference = models.CharField(_("reference"), max_length=12, unique=True, default=new_reference)
    # With it, a guest opens the order from the link in an e-mail.
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
    # The version of the terms of sale that the customer accepted; null for sales by staff.
    accepted_terms = models.ForeignKey(
        LegalText,
        models.PROTECT,
        null=True,
        editable=False,
        db_index=False,  # Orders are not looked up by it, and published versions are never deleted.
        related_name="+",
        verbose_name=_("accepted terms"),
    )
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.PENDING)
    currency = models.CharField(_("currency"), max_length=3)
    total = models.DecimalField(_("total"), max_digits=11, decimal_places=2)
    quote = models.JSONField(_("quote"), default=list)
    channel = models.CharField(
        _("channel"), max_length=8, choices=Channel, default=Channel.WEB, db_default=Channel.WEB
    )
    # The fee per order, a part of `total` beside the prices of the tickets, and its tax.
    order_fee = models.DecimalField(
        _("order fee"), max_digits=9, decimal_places=2, default=Decimal(0), db_default=Decimal(0)
    )
    order_fee_tax_rate = TaxRateField(
        _("tax on the order fee (%)"), default=Decimal(0), db_default=Decimal(0)
    )
    order_fee_tax_exemption = models.CharField(
        _("reason for tax exemption of the order fee"),
        max_length=200,
        blank=True,
        default="",
        db_default="",
    )
    order_fee_refunded_at = models.DateTimeField(
        _("order fee refunded"), null=True, blank=True, editable=False
    )
    # For each line of `quote` its rates, ["19", "7", reason for exemption]: see `sale.quotes`.
    tax_rates = models.JSONField(_("tax rates"), default=list, db_default=[])
    # The recipient of the requested invoice (`bookings.invoice_details`), until it is issued.
    invoice_details = models.JSONField(null=True, blank=True, editable=False)
    # Places awaiting payment, or valid tickets. They count towards the customer limit.
    quantity = models.PositiveSmallIntegerField(_("tickets"))
    # The values of `checkout_fields`, by name; those for single tickets too, until they exist.
    details = models.JSONField(_("details"), default=dict, db_default={}, blank=True)
    note = models.TextField(_("note"), blank=True, help_text=_("For staff only."))
    created_at = models.DateTimeField(_("ordered"), db_default=Now(), editable=False)
    # Until when a reserved order can be paid by bank transfer. Kept once it is paid or lapsed.
    payable_until = models.DateTimeField(_("payable until"), null=True, blank=True)
    # The sum of partial transfers while it is reserved (see `finance.bank.part_payments`).
    received = models.DecimalField(
        _("received so far"),
        max_digits=11,
        decimal_places=2,
        default=Decimal(0),
        db_default=Decimal(0),
    )
    # The customer of a reserved order was sent a link to pay it online, not a bank account.
    pays_by_link = models.BooleanField(
        _("paid by a link"), default=False, db_default=False, editable=False
    )
    paid_at = models.DateTimeField(_("paid"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)
    # The order to which its tickets were moved; its payments stay here.
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
        verbose_name=_("merged into"),
    )
    # Since when the customer's bank has taken back a payment of the order (see `payments`).
    disputed_at = models.DateTimeField(_("disputed"), null=True, blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        # Everybody who can view orders sees names; addresses are for staff who write to customers.
        permissions = [("contact_order", _("Can see customers’ e-mail addresses"))]
        constraints = [
            models.CheckConstraint(condition=Q(total__gte=0), name="order_total_is_not_negative"),
            models.CheckConstraint(
                condition=Q(status__in=["paid", "cancelled"], paid_at__isnull=False)
                | Q(status__in=["pending", "reserved", "lapsed"], paid_at=None),
                name="paid_order_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(status="reserved") | Q(payable_until__isnull=False, total__gt=0),
                name="reserved_order_has_its_end",
            ),
            models.CheckConstraint(
                condition=Q(received__gte=0), name="order_received_is_not_negative"
            ),
            json_fits("quote", most=MB, name="order_quote_has_a_limit"),
            json_fits("details", most=32 * KB, name="order_details_have_a_limit"),
            json_fits("tax_rates", most=256 * KB, name="order_tax_rates_have_a_limit"),
            json_fits("invoice_details", most=16 * KB, name="order_invoice_details_have_a_limit"),
            models.CheckConstraint(
                condition=Q(order_fee=0) | Q(order_fee__gt=0, order_fee__lte=F("total")),
                name="order_fee_is_a_part_of_the_total",
            ),
            models.CheckConstraint(
                condition=Q(order_fee_tax_rate__gte=0, order_fee_tax_rate__lte=100)
                & (Q(order_fee_tax_exemption="") | Q(order_fee_tax_rate=0)),
                name="order_fee_tax_is_a_percentage",
            ),
            models.CheckConstraint(
                condition=Q(order_fee_refunded_at=None) | Q(order_fee__gt=0, status="cancelled"),
                name="order_fee_is_refunded_with_the_whole_order",
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")),
                name="order_email_is_lower_case",
            ),
        ]
        indexes = [
            models.Index(fields=["performance", "email"], name="order_by_performance_email"),
            models.Index(fields=["email"], name="order_by_email"),
            models.Index(
                fields=["payable_until"],
                condition=Q(status="reserved"),
                name="order_reserved_by_end",
            ),
            # For `bookings.staff_operations.order_search`.
            GinIndex(SearchGrams("name", "email"), name="order_by_customer"),
            models.Index(Right("reference", 4), name="order_by_end_of_reference"),
            models.Index(
                fields=["paid_at"],
                condition=Q(
                    invoice_details__isnull=False, status__in=["paid", "cancelled", "reserved"]
                ),
                name="order_wants_invoice",
            ),
            models.Index(
                fields=["payable_until"],
                condition=Q(status="lapsed", payable_until__isnull=False),
                name="order_lapsed_by_end",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("bookings:order", args=[self.reference])

    @property
    def is_confirmed(self) -> bool:
        """Return whether it has been paid, even if it was cancelled since."""
        return self.status in (self.Status.PAID, self.Status.CANCELLED)

    @property
    def order_fee_rates(self) -> TaxRates:
        """The tax of the order fee, of which only `fee` and `exemption` count."""
        return TaxRates(fee=self.order_fee_tax_rate, exemption=self.order_fee_tax_exemption)

    @property
    def is_disputed(self) -> bool:
        """Return whether the customer's bank has taken back a payment of it."""
        return self.disputed_at is not None

    @property
    def amount_due(self) -> Decimal:
        """The amount still to be transferred for a reserved order."""
        return self.total - self.received

    @property
    def is_reserved(self) -> bool:
        """Return whether it awaits a transfer; its time may have passed."""
        return self.status == self.Status.RESERVED

    @property
    def awaits_transfer(self) -> bool:
        """Return whether its customer was asked to pay by bank transfer."""
        return self.is_reserved and not self.pays_by_link

    def is_of(self, customer: CustomerLike) -> bool:
        """Return whether this customer can see it without its key.

        An account's order can be seen by that account only; a guest's order in the browser that
        ordered, and by the account with the same e-mail address, which has been verified.
        """
        if self.user_id is not None:
            return customer.user is not None and customer.user.pk == self.user_id
        if customer.user is not None and customer.user.email == self.email:
            return True
        return customer.visitor == self.visitor

    def in_order(self) -> "TicketQuerySet":
        """Return its tickets, valid ones first, in the order of the seating plan."""
        return self.tickets.in_plan_order()

    @property
    def is_cancelled(self) -> bool:
        return self.status == self.Status.CANCELLED
