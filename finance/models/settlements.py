"""Settlements of performances with promoters."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.json_size import MB, json_fits
from shows.models import Performance

from ..querysets import SettlementQuerySet
from ..settlement.deals import DealKind


class Settlement(models.Model):
    """A statement for the promoter of performances of one show and one currency.

    A draft can be changed. Issuing it freezes the figures, the PDF and the heads of the sealed log
    (`{performance: "position:hash"}`): an issued one never changes. Later changes, such as a
    refund, are part of the next settlement of the same performances, which subtracts the earlier
    ones.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        ISSUED = "issued", _("issued")

    performances = models.ManyToManyField(
        Performance, related_name="settlements", verbose_name=_("performances")
    )
    promoter = models.CharField(
        _("promoter"), max_length=200, help_text=_("Name and address, as printed.")
    )
    deal = models.CharField(_("deal"), max_length=10, choices=DealKind)
    guarantee = models.DecimalField(_("guarantee"), max_digits=11, decimal_places=2, default=0)
    percentage = models.DecimalField(_("percentage"), max_digits=5, decimal_places=2, default=0)
    threshold = models.DecimalField(
        _("threshold"),
        max_digits=11,
        decimal_places=2,
        default=0,
        help_text=_("For “plus”: the net box office above which the percentage is paid."),
    )
    keeps_fees = models.BooleanField(_("the venue keeps the booking fees"), default=True)
    charges = models.DecimalField(
        _("charges of card payments"), max_digits=11, decimal_places=2, default=0
    )
    advances = models.DecimalField(_("advances"), max_digits=11, decimal_places=2, default=0)
    # [[text, amount as text]]
    deductions = models.JSONField(_("deductions"), default=list, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    status = models.CharField(_("status"), max_length=6, choices=Status, default=Status.DRAFT)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    issued_at = models.DateTimeField(_("issued"), null=True, editable=False)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("issued by"),
    )
    # The performances in a fixed order: settlements of the same ones follow each other.
    covers = ArrayField(models.BigIntegerField(), default=list, editable=False)
    number = models.PositiveSmallIntegerField(_("number"), null=True, editable=False)
    figures = models.JSONField(default=dict, editable=False)
    heads = models.JSONField(default=dict, editable=False)
    to_pay = models.DecimalField(
        _("to pay"), max_digits=12, decimal_places=2, null=True, editable=False
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True, editable=False)
    pdf = models.BinaryField(null=True, editable=False)
    xlsx = models.BinaryField(null=True, editable=False)
    pdf_sha256 = models.CharField(max_length=64, blank=True, editable=False)

    objects = SettlementQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("settlement")
        verbose_name_plural = _("settlements")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    guarantee__gte=0,
                    threshold__gte=0,
                    charges__gte=0,
                    advances__gte=0,
                    percentage__gte=0,
                    percentage__lte=100,
                ),
                name="settlement_amounts_are_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(
                    status="issued",
                    issued_at__isnull=False,
                    number__isnull=False,
                    to_pay__isnull=False,
                    pdf__isnull=False,
                    xlsx__isnull=False,
                )
                | Q(status="draft", issued_at=None, number=None, to_pay=None, pdf=None, xlsx=None),
                name="issued_settlement_is_whole",
            ),
            models.UniqueConstraint(
                fields=["covers", "number"],
                condition=Q(status="issued"),
                name="settlement_number_is_used_once",
            ),
            json_fits("deductions", most=MB, name="settlement_deductions_have_a_limit"),
            json_fits("figures", most=MB, name="settlement_figures_have_a_limit"),
            json_fits("heads", most=MB, name="settlement_heads_have_a_limit"),
        ]

    def __str__(self) -> str:
        return f"{self.promoter.partition(',')[0]} · {self.number or self.get_status_display()}"

    @property
    def is_issued(self) -> bool:
        return self.status == self.Status.ISSUED
