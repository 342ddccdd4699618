"""The accounts of the accountant's export, as staff enter them."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class JournalAccount(models.Model):
    """The number of an account in the accountant's chart, and its purpose.

    `detail` limits it to one tax rate ("7", "19", "0") or one payment provider ("stripe"); without
    it the account is for all others.
    """

    class Purpose(models.TextChoices):
        REVENUE = "revenue", _("ticket sales")
        FEES = "fees", _("booking and order fees")
        REFUNDS = "refunds", _("refunds")
        CHARGEBACKS = "chargebacks", _("disputed payments")
        UNFULFILLED = "unfulfilled", _("payments without an order, which are refunded")
        CASH = "cash", _("cash")
        TERMINAL = "terminal", _("card terminal")
        BANK = "bank", _("bank account")
        CLEARING = "clearing", _("payment provider")
        PROVIDER_FEES = "provider_fees", _("fees of payment providers")
        PROVIDER_OTHER = "provider_other", _("other movements at payment providers")
        CASH_TRANSIT = "cash_transit", _("cash put into or taken out of a till")
        CASH_DIFFERENCES = "cash_differences", _("cash differences")

    # Those that differ by tax rate, and those that differ by payment provider.
    BY_RATE = [Purpose.REVENUE, Purpose.FEES, Purpose.REFUNDS]
    BY_PROVIDER = [
        Purpose.CLEARING,
        Purpose.PROVIDER_FEES,
        Purpose.PROVIDER_OTHER,
        Purpose.CHARGEBACKS,
    ]

    purpose = models.CharField(_("for"), max_length=16, choices=Purpose)
    detail = models.CharField(
        _("tax rate or provider"),
        max_length=20,
        blank=True,
        help_text=_("Such as 19 or stripe. Empty: all that have no account of their own."),
    )
    number = models.CharField(
        _("account"),
        max_length=9,
        validators=[RegexValidator(r"\A[1-9]\d{3,8}\Z|\A0\d{3,8}\Z", _("Enter 4 to 9 digits."))],
    )
    tax_code = models.CharField(
        _("tax code"),
        max_length=4,
        blank=True,
        validators=[RegexValidator(r"\A\d{1,4}\Z", _("Enter 1 to 4 digits."))],
        help_text=_("DATEV’s BU-Schlüssel. Empty for accounts that imply the tax."),
    )

    class Meta:
        ordering = ["purpose", "detail"]
        verbose_name = _("account for the accountant")
        verbose_name_plural = _("accounts for the accountant")
        constraints = [
            models.UniqueConstraint(fields=["purpose", "detail"], name="one_account_for_a_purpose")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.get_purpose_display()} {self.detail}".strip()


class JournalSettings(models.Model):
    """The header of a DATEV file. One row."""

    ONLY_KEY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY_KEY, editable=False)
    consultant = models.PositiveIntegerField(_("consultant number (Beraternummer)"), default=1001)
    client = models.PositiveIntegerField(_("client number (Mandantennummer)"), default=1)
    year_begins_in = models.PositiveSmallIntegerField(_("first month of the tax year"), default=1)

    class Meta:
        verbose_name = _("settings of the accountant’s export")
        verbose_name_plural = _("settings of the accountant’s export")
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="one_row_of_journal_settings"),
            models.CheckConstraint(
                condition=Q(consultant__gte=1001, consultant__lte=9_999_999),
                name="consultant_number_has_its_range",
            ),
            models.CheckConstraint(
                condition=Q(client__gte=1, client__lte=99_999), name="client_number_has_its_range"
            ),
            models.CheckConstraint(
                condition=Q(year_begins_in__gte=1, year_begins_in__lte=12),
                name="tax_year_begins_in_a_month",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.consultant}/{self.client}"
