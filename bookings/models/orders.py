"""Holds that are being bought, or were."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now, Right
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.json_size import MB, json_fits
from core.name_search import SearchGrams
from shows.models import Performance

from ..querysets import OrderQuerySet
from .holds import Hold
from .keys import new_reference, new_secret


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
        # Whoever may see orders sees names; addresses are for those who write to customers.
        permissions = [("contact_order", _("Can see customers’ e-mail addresses"))]
        constraints = [
            models.CheckConstraint(condition=Q(total__gte=0), name="order_total_is_not_negative"),
            models.CheckConstraint(
                condition=Q(status__in=["paid", "cancelled"], paid_at__isnull=False)
                | Q(status__in=["pending", "lapsed"], paid_at=None),
                name="paid_order_has_its_time",
            ),
            json_fits("quote", most=MB, name="order_quote_has_a_limit"),
            models.CheckConstraint(
                condition=Q(email=Lower("email")),
                name="order_email_is_lower_case",
            ),
        ]
        indexes = [
            models.Index(fields=["performance", "email"], name="order_by_performance_email"),
            models.Index(fields=["email"], name="order_by_email"),
            # What callers say: see `bookings.staff_operations.order_search`.
            GinIndex(SearchGrams("name", "email"), name="order_by_customer"),
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

    def is_of(self, customer):
        """Whether it is shown to this customer without its key.

        An account's order is shown to the account alone. A guest's is shown in the browser that
        ordered, and to the account with the same address, which has been proven.
        """
        if self.user_id is not None:
            return customer.user is not None and customer.user.pk == self.user_id
        if customer.user is not None and customer.user.email == self.email:
            return True
        return customer.visitor == self.visitor

    def in_order(self):
        """Its tickets in the order of the seating plan, the valid ones first."""
        return self.tickets.in_plan_order()

    @property
    def is_cancelled(self):
        return self.status == self.Status.CANCELLED
