"""Tasks for staff: amounts that the records do not explain."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.json_size import KB, json_fits

from ..querysets import ReconciliationTaskQuerySet


class ReconciliationTask(models.Model):
    """An unexplained amount, found by `finance.reconciliation.problems`.

    It is deleted once it is explained, or staff close it with the reason. A closed task whose
    `amount` changes is opened again.
    """

    class Kind(models.TextChoices):
        UNKNOWN_LINE = "unknown_line", _("unknown movement in a payout")
        RETURNED = "returned", _("payout that came back")
        OTHER_AMOUNT = "other_amount", _("other amount than recorded")
        NOT_PAID_OUT = "not_paid_out", _("not in any payout")
        NO_PAYOUTS = "no_payouts", _("payouts are not fetched")
        PAYOUT_SUM = "payout_sum", _("payout differs from its movements")
        PAYOUT_INCOMPLETE = "incomplete", _("payout without its movements")
        NOT_ON_ACCOUNT = "not_on_account", _("payout not on the bank statement")
        BANK_DIFFERENCE = "bank_difference", _("payout and bank statement differ")
        TRANSFER_NOT_ON_ACCOUNT = "no_transfer", _("bank transfer not on the bank statement")
        REFUND_NOT_ON_ACCOUNT = "no_refund", _("refund not on the bank statement")
        UNKNOWN_DEBIT = "unknown_debit", _("unknown debit on the bank statement")
        TILL_DIFFERENCE = "till_difference", _("till difference without a note")

    # Identifies the problem: "line:17", "payout:3:bank", "payment:9".
    key = models.CharField(max_length=60, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    provider = models.CharField(_("provider"), max_length=20, blank=True)
    happened_on = models.DateField(_("date"))
    amount = models.DecimalField(_("unexplained"), max_digits=13, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    # The values in the text: references, amounts as text, dates.
    detail = models.JSONField(default=dict, editable=False)
    found_at = models.DateTimeField(_("found"), db_default=Now(), editable=False)
    act_by = models.DateTimeField(_("act by"))
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    # As in the transaction log: "staff:3".
    closed_by = models.CharField(_("closed by"), max_length=40, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = ReconciliationTaskQuerySet.as_manager()

    class Meta:
        ordering = ["act_by", "pk"]
        verbose_name = _("reconciliation task")
        verbose_name_plural = _("reconciliation tasks")
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by="", reason="")
                | Q(closed_at__isnull=False) & ~Q(closed_by="") & ~Q(reason=""),
                name="closed_task_says_who_and_why",
            ),
            json_fits("detail", most=4 * KB, name="task_detail_has_a_limit"),
        ]
        indexes = [
            models.Index(
                fields=["act_by"], condition=Q(closed_at=None), name="reconciliation_task_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.amount} {self.currency}"
