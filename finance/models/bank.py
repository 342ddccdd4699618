"""Bank statements that staff imported, and the money received and sent that they list."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.money import money
from payments.models import Payout, Refund

from ..querysets import BankDebitQuerySet, BankTransferQuerySet


class BankStatement(models.Model):
    """A file from the bank that was imported. The file itself is not kept."""

    class Format(models.TextChoices):
        CAMT = "camt053", "CAMT.053"
        MT940 = "mt940", "MT940"

    file_name = models.CharField(_("file"), max_length=200)
    file_format = models.CharField(_("format"), max_length=7, choices=Format)
    # As in the transaction log: "staff:3".
    imported_by = models.CharField(_("imported by"), max_length=40)
    imported_at = models.DateTimeField(_("imported"), db_default=Now(), editable=False)
    transfers_total = models.PositiveIntegerField(_("transfers"))
    # Without lines of earlier imports.
    transfers_new = models.PositiveIntegerField(_("new transfers"))
    debits_new = models.PositiveIntegerField(_("new debits"))

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("bank statement")
        verbose_name_plural = _("bank statements")

    def __str__(self) -> str:
        return self.file_name


class BankLine(models.Model):
    """A line of a bank statement, stored once."""

    # Identifies the line in all statements of the account (see `finance.bank.statement_lines`).
    fingerprint = models.CharField(max_length=64, unique=True, editable=False)
    account = models.CharField(_("account"), max_length=40, blank=True)
    booked_on = models.DateField(_("booked"))
    amount = models.DecimalField(_("amount"), max_digits=11, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    text = models.CharField(_("text"), max_length=1000, blank=True)
    bank_reference = models.CharField(_("bank’s reference"), max_length=100, blank=True)
    # As in the transaction log: "staff:3"; "statement" where its import decided.
    decided_by = models.CharField(_("decided by"), max_length=40, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)

    class Meta:
        abstract = True
        ordering = ["-booked_on", "-pk"]


class BankTransfer(BankLine):
    """Money received on the bank account.

    It is new until it has been compared with the orders; then matched with a payment, the payout of
    a payment provider, left to staff, ignored, or a part payment, which waits for the rest.
    `payment_key` is that of the captured payment: no two transfers have the same, except for the
    parts of one (`is_part`), which are completed by one that is none. `surplus` is the part of the
    amount that was too much: a separate payment, which is refunded.
    """

    class Status(models.TextChoices):
        NEW = "new", _("new")
        TO_DO = "to_do", _("to do")
        PART = "part", _("part payment")
        MATCHED = "matched", _("matched")
        PAYOUT = "payout", _("payout of a provider")
        IGNORED = "ignored", _("ignored")

    class Problem(models.TextChoices):
        """The reason why staff have to decide."""

        NO_ORDER = "no_order", _("no order reference found")
        SEVERAL_ORDERS = "several", _("several order references")
        OTHER_AMOUNT = "amount", _("not the amount of the order")
        ALREADY_PAID = "paid", _("the order has been paid already")

    statement = models.ForeignKey(
        BankStatement,
        models.PROTECT,
        related_name="transfers",
        verbose_name=_("bank statement"),
    )
    payer = models.CharField(_("payer"), max_length=150, blank=True)
    payer_iban = models.CharField(_("payer’s IBAN"), max_length=34, blank=True)
    status = models.CharField(_("status"), max_length=7, choices=Status, default=Status.NEW)
    problem = models.CharField(_("problem"), max_length=10, choices=Problem, blank=True)
    # The order whose reference it names, if it is one.
    order = models.CharField(_("order"), max_length=12, blank=True, db_index=True)
    payment_key = models.CharField(max_length=32, blank=True, editable=False)
    is_part = models.BooleanField(default=False, db_default=False, editable=False)
    surplus = models.DecimalField(
        _("too much"), max_digits=11, decimal_places=2, default=0, db_default=0
    )
    payout = models.OneToOneField(
        Payout,
        models.PROTECT,
        null=True,
        related_name="bank_line",
        editable=False,
        verbose_name=_("payout"),
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = BankTransferQuerySet.as_manager()

    class Meta(BankLine.Meta):
        verbose_name = _("bank transfer")
        verbose_name_plural = _("bank transfers")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="bank_transfer_is_positive"),
            models.UniqueConstraint(
                fields=["payment_key"],
                condition=~Q(payment_key="") & Q(is_part=False),
                name="payment_is_completed_by_one_bank_transfer",
            ),
            models.CheckConstraint(
                condition=Q(status="matched") & ~Q(payment_key="")
                | ~Q(status="matched") & Q(payment_key=""),
                name="matched_bank_transfer_has_a_payment",
            ),
            models.CheckConstraint(
                condition=Q(status="payout", payout__isnull=False)
                | ~Q(status="payout") & Q(payout=None),
                name="bank_transfer_of_a_payout",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["new", "to_do"], decided_at=None)
                | Q(status__in=["matched", "part", "payout"], decided_at__isnull=False)
                | Q(status="ignored", decided_at__isnull=False) & ~Q(reason=""),
                name="bank_transfer_says_who_decided",
            ),
            models.CheckConstraint(
                condition=Q(surplus=0)
                | Q(surplus__gt=0, surplus__lt=F("amount"), status="matched", is_part=False),
                name="bank_transfer_surplus_is_less_than_all",
            ),
            models.CheckConstraint(
                condition=Q(is_part=False) | Q(status="matched"),
                name="parts_of_a_payment_are_matched",
            ),
        ]
        indexes = [
            models.Index(
                fields=["status"],
                condition=Q(status__in=["new", "to_do"]),
                name="bank_transfer_to_do",
            ),
            models.Index(fields=["order"], condition=Q(status="part"), name="bank_transfer_part"),
            models.Index(
                fields=["payment_key"],
                condition=~Q(payment_key=""),
                name="bank_transfer_by_payment",
            ),
            models.Index(fields=["id"], condition=Q(surplus__gt=0), name="bank_transfer_surplus"),
        ]

    def __str__(self) -> str:
        return f"{money(self.amount, self.currency)} · {self.payer}"


class BankDebit(BankLine):
    """Money sent from the bank account, or collected.

    It is new until it has been compared; then a refund that staff transferred, collected by a
    payment provider (a payout below zero), about tickets but neither (to do), or other, such as a
    rent.
    """

    class Status(models.TextChoices):
        NEW = "new", _("new")
        TO_DO = "to_do", _("to do")
        REFUND = "refund", _("refund")
        PAYOUT = "payout", _("collected by a provider")
        OTHER = "other", _("other")

    statement = models.ForeignKey(
        BankStatement, models.PROTECT, related_name="debits", verbose_name=_("bank statement")
    )
    payee = models.CharField(_("payee"), max_length=150, blank=True)
    payee_iban = models.CharField(_("payee’s IBAN"), max_length=34, blank=True)
    status = models.CharField(_("status"), max_length=7, choices=Status, default=Status.NEW)
    refund = models.OneToOneField(
        Refund,
        models.PROTECT,
        null=True,
        related_name="bank_debit",
        editable=False,
        verbose_name=_("refund"),
    )
    payout = models.OneToOneField(
        Payout,
        models.PROTECT,
        null=True,
        related_name="bank_debit",
        editable=False,
        verbose_name=_("payout"),
    )

    objects = BankDebitQuerySet.as_manager()

    class Meta(BankLine.Meta):
        verbose_name = _("bank debit")
        verbose_name_plural = _("bank debits")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="bank_debit_is_positive"),
            models.CheckConstraint(
                condition=Q(status="refund", refund__isnull=False, payout=None)
                | Q(status="payout", payout__isnull=False, refund=None)
                | Q(status__in=["new", "to_do", "other"], refund=None, payout=None),
                name="bank_debit_has_what_it_is",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["refund", "payout"], decided_at__isnull=False)
                | Q(status__in=["new", "to_do", "other"], decided_at=None),
                name="bank_debit_says_who_decided",
            ),
        ]
        indexes = [
            models.Index(
                fields=["amount", "booked_on"],
                condition=Q(refund=None, payout=None),
                name="bank_debit_unmatched",
            ),
            models.Index(
                fields=["id"], condition=Q(status__in=["new", "to_do"]), name="bank_debit_to_do"
            ),
        ]

    def __str__(self) -> str:
        return f"{money(-self.amount, self.currency)} · {self.payee}"
