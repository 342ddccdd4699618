"""The transaction log."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.json_size import MB, json_fits
from shows.models import Performance


class LedgerEntry(models.Model):
    """An entry of the transaction log. Entries are only added; the database refuses all else.

    `amount` is positive for money received and negative for money refunded, or taken back by the
    customer's bank (a dispute).
    """

    class Kind(models.TextChoices):
        HOLD = "hold", _("held")
        EXTEND = "extend", _("extended")
        RELEASE = "release", _("released")
        LAPSE = "lapse", _("lapsed")
        ORDER = "order", _("ordered")
        RESERVE = "reserve", _("reserved")
        SALE = "sale", _("sold")
        PAYMENT = "payment", _("payment")
        REFUND = "refund", _("refund")
        REFUND_FAILED = "refund_failed", _("refund failed")
        DISPUTE = "dispute", _("dispute")
        CANCEL = "cancel", _("cancelled")
        BLOCK = "block", _("blocked")
        UNBLOCK = "unblock", _("unblocked")
        OPEN = "open", _("put on sale")
        CHECK_IN = "check_in", _("checked in")
        REISSUE = "reissue", _("reissued")
        CHANGE = "change", _("changed")
        MOVE = "move", _("moved")
        CANCEL_PERFORMANCE = "cancel_performance", _("performance cancelled")
        RESCHEDULE = "reschedule", _("rescheduled")
        PRICE_CHANGE = "price_change", _("price change")
        CONTACT = "contact", _("contact details corrected")
        TRANSFER = "transfer", _("moved to another order")
        CORRECT_PLAN = "correct_plan", _("seating plan corrected")
        NOTE = "note", _("note")
        MESSAGE = "message", _("message")

    performance = models.ForeignKey(
        Performance, models.PROTECT, related_name="entries", db_index=False, null=True
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    # Plain values rather than foreign keys, since the log outlives what it refers to.
    hold = models.BigIntegerField(null=True)
    order = models.CharField(_("order"), max_length=12, blank=True)
    places = ArrayField(models.BigIntegerField(), default=list)
    amount = models.DecimalField(_("amount"), max_digits=11, decimal_places=2, null=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    # "visitor:…", "user:12", "staff:3", "system".
    actor = models.CharField(_("by"), max_length=60)
    detail = models.JSONField(_("details"), default=dict)
    at = models.DateTimeField(_("time"), db_default=Now())

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("log entry")
        verbose_name_plural = _("transaction log")
        permissions = [("insights_ledgerentry", _("Can see insights"))]
        constraints = [json_fits("detail", most=MB, name="entry_detail_has_a_limit")]
        indexes = [
            models.Index(fields=["performance", "id"], name="entry_by_performance"),
            models.Index(fields=["order"], condition=~Q(order=""), name="entry_by_order"),
            # The history of a hold before it had an order.
            models.Index(
                fields=["hold"], condition=Q(hold__isnull=False, order=""), name="entry_by_hold"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.order}"
