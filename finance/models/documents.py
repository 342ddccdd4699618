"""Tax documents as they were issued, and their number series."""

from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from bookings.models import TicketChange
from core.json_size import MB, json_fits
from organisation.models import Seller
from payments.models import Refund

from ..documents.content import Content, Kind
from ..documents.querysets import DocumentQuerySet

NUMBERED = [Kind.INVOICE.value, Kind.CREDIT_NOTE.value]


class NumberSeries(models.Model):
    """The last number of a seller's documents in a year.

    To issue a number, lock the row and insert the document in the same transaction: so each number
    is used exactly once.
    """

    seller = models.ForeignKey(Seller, models.PROTECT, related_name="+", db_index=False)
    year = models.PositiveSmallIntegerField(_("year"))
    last = models.PositiveIntegerField(_("last number"), default=0)

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("number series")
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "year"], name="one_number_series_by_seller_and_year"
            )
        ]

    def __str__(self) -> str:
        return f"{self.seller} {self.year}: {self.last}"


class Document(models.Model):
    """A receipt, invoice or credit note: its content, and how long it is kept.

    Never changed; the database refuses it, and refuses to delete it before `keep_until` is over.
    It has no relation to the order, whose customer can be anonymised while the document is kept.
    """

    kind = models.CharField(_("kind"), max_length=14, choices=Kind)
    seller = models.ForeignKey(
        Seller, models.PROTECT, related_name="+", verbose_name=_("seller"), db_index=False
    )
    # Of invoices and credit notes only: "OGW-2026-00017", from the seller's prefix and these two.
    number = models.CharField(_("number"), max_length=30, blank=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True)
    sequence = models.PositiveIntegerField(_("sequence"), null=True)
    # The subject: "order:K7F39QXM", "refund:1723". Each has one document.
    source = models.CharField(max_length=60, unique=True, editable=False)
    order = models.CharField(_("order"), max_length=12, db_index=True)
    issued_on = models.DateField(_("date"), db_index=True)
    issued_at = models.DateTimeField(_("issued"), db_default=Now(), editable=False)
    keep_until = models.DateField(_("keep until"))
    currency = models.CharField(_("currency"), max_length=3)
    gross = models.DecimalField(_("gross amount"), max_digits=11, decimal_places=2)
    net = models.DecimalField(_("net amount"), max_digits=11, decimal_places=2)
    tax = models.DecimalField(_("tax"), max_digits=11, decimal_places=2)
    # `finance.documents.content.Content`, from which the file is made.
    content = models.JSONField(_("content"))

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("tax document")
        verbose_name_plural = _("tax documents")
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "year", "sequence"], name="document_number_is_given_once"
            ),
            models.UniqueConstraint(
                fields=["number"], condition=~Q(number=""), name="document_number_is_unique"
            ),
            models.CheckConstraint(
                condition=(
                    Q(kind__in=NUMBERED, year__isnull=False, sequence__isnull=False, sequence__gt=0)
                    & ~Q(number="")
                )
                | (~Q(kind__in=NUMBERED) & Q(year=None, sequence=None, number="")),
                name="invoices_and_credit_notes_have_numbers",
            ),
            models.CheckConstraint(
                condition=Q(gross=F("net") + F("tax"), gross__gt=0, net__gte=0, tax__gte=0),
                name="document_tax_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(keep_until__gt=F("issued_on")), name="document_is_kept_for_a_time"
            ),
            json_fits("content", most=MB, name="document_content_has_a_limit"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number or self.order}"

    @property
    def what(self) -> Content:
        """The content."""
        return Content.from_json(self.content)

    @property
    def file_name(self) -> str:
        return f"{self.kind.replace('_', '-')}-{self.number or f'{self.order}-{self.pk}'}.pdf"


class DocumentFile(models.Model):
    """The PDF of a document. Never changed or created again."""

    document = models.OneToOneField(Document, models.CASCADE, related_name="file")
    content = models.BinaryField()
    sha256 = models.CharField("SHA-256", max_length=64)
    made_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("file of a tax document")
        verbose_name_plural = _("files of tax documents")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    sha256=Func(
                        Func(F("content"), function="sha256", output_field=models.BinaryField()),
                        Value("hex"),
                        function="encode",
                        output_field=models.TextField(),
                    )
                ),
                name="document_file_has_its_hash",
            )
        ]

    def __str__(self) -> str:
        return self.sha256


class DocumentRefund(models.Model):
    """The one document that takes a refund into account.

    Its credit note or refund receipt, or an invoice that was issued after it for less.
    """

    document = models.ForeignKey(Document, models.CASCADE, related_name="refunds")
    refund = models.OneToOneField(Refund, models.PROTECT, related_name="document")

    def __str__(self) -> str:
        return f"{self.document_id}: {self.refund_id}"


class DocumentChange(models.Model):
    """The one invoice that takes a ticket change with an extra payment into account."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="changes")
    change = models.OneToOneField(TicketChange, models.PROTECT, related_name="document")

    def __str__(self) -> str:
        return f"{self.document_id}: {self.change_id}"
