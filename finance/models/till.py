"""Till sessions: the cashier of each cash drawer, and its cash entries."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.json_size import KB, json_fits

from ..querysets import TillEntryQuerySet, TillSessionQuerySet


class TillSession(models.Model):
    """One cashier's time at one till: opened with a float, closed by counting the cash.

    Amounts are in `currency`. `expected` (float and all cash entries) is calculated when the
    session is closed, and never changes afterwards.
    """

    till = models.CharField(_("till"), max_length=40)
    cashier = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="till_sessions",
        verbose_name=_("cashier"),
    )
    # Kept when the account is deleted.
    cashier_name = models.CharField(_("cashier's name"), max_length=150)
    currency = models.CharField(_("currency"), max_length=3)
    opening_float = models.DecimalField(_("float"), max_digits=9, decimal_places=2)
    opened_at = models.DateTimeField(_("opened"), db_default=Now(), editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    # How many of each coin and note were counted: {"50": 2, "0.20": 7}.
    count = models.JSONField(_("count"), default=dict, blank=True)
    counted = models.DecimalField(_("counted"), max_digits=11, decimal_places=2, null=True)
    expected = models.DecimalField(_("expected"), max_digits=11, decimal_places=2, null=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects = TillSessionQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        verbose_name = _("till session")
        verbose_name_plural = _("till sessions")
        permissions = [("use_tillsession", _("Can take money with a till"))]
        constraints = [
            models.CheckConstraint(condition=Q(opening_float__gte=0), name="float_is_not_negative"),
            models.UniqueConstraint(
                fields=["cashier"],
                condition=Q(closed_at=None),
                name="one_open_till_session_of_a_cashier",
            ),
            models.UniqueConstraint(
                fields=["till"],
                condition=Q(closed_at=None),
                name="one_open_session_of_a_till",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, counted=None, expected=None)
                | Q(closed_at__isnull=False, counted__gte=0, expected__isnull=False),
                name="closed_till_session_is_counted",
            ),
            json_fits("count", most=4 * KB, name="till_count_has_a_limit"),
        ]

    def __str__(self) -> str:
        return f"{self.till} · {self.cashier_name}"

    def get_absolute_url(self) -> str:
        return reverse("finance:till_session", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def difference(self) -> Decimal | None:
        """Return the counted amount less the expected one; None while the session is open."""
        if self.counted is None or self.expected is None:
            return None
        return self.counted - self.expected


class TillEntry(models.Model):
    """Money that a member of staff took or paid out by hand. Never changed or deleted.

    Cash belongs to a till session. `amount` is positive for money that came in.
    """

    class Kind(models.TextChoices):
        SALE = "sale", _("sale")
        REFUND = "refund", _("refund")
        PAY_IN = "pay_in", _("paid in")
        PAY_OUT = "pay_out", _("taken out")

    class Method(models.TextChoices):
        """The names of the payment providers that are staff."""

        CASH = "cash", _("cash")
        TERMINAL = "terminal", _("card terminal")

    session = models.ForeignKey(
        TillSession,
        models.PROTECT,
        null=True,
        related_name="entries",
        verbose_name=_("till session"),
    )
    kind = models.CharField(_("kind"), max_length=7, choices=Kind)
    method = models.CharField(_("method"), max_length=8, choices=Method)
    amount = models.DecimalField(_("amount"), max_digits=11, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    # The payment or refund; empty for cash that was put in or taken out.
    payment_key = models.CharField(max_length=32, blank=True)
    refund_key = models.CharField(max_length=80, blank=True)
    reference = models.CharField(_("order"), max_length=40, blank=True, db_index=True)
    # As in the transaction log: "staff:3".
    actor = models.CharField(_("who"), max_length=40)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("time"), db_default=Now(), editable=False, db_index=True)

    objects = TillEntryQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("till entry")
        verbose_name_plural = _("till entries")
        constraints = [
            models.CheckConstraint(
                condition=~Q(method="cash") | Q(session__isnull=False),
                name="cash_belongs_to_a_till_session",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["sale", "pay_in"], amount__gt=0)
                | Q(kind__in=["refund", "pay_out"], amount__lt=0),
                name="till_entry_has_the_sign_of_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(kind="sale", refund_key="") & ~Q(payment_key="")
                | Q(kind="refund") & ~Q(refund_key="")
                | Q(kind__in=["pay_in", "pay_out"], payment_key="", refund_key=""),
                name="till_entry_names_its_payment",
            ),
            models.UniqueConstraint(
                fields=["payment_key"], condition=Q(kind="sale"), name="payment_is_taken_once"
            ),
            models.UniqueConstraint(
                fields=["refund_key"], condition=Q(kind="refund"), name="refund_is_paid_out_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount} {self.currency}"
