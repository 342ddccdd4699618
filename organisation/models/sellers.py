"""Sellers and promoters, tax rates, and fees by sales channel."""

from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.languages import site_languages
from core.tax import RateChoice
from organisation.identifiers import check_country, check_iban, check_vat_id

RATE_VALIDATORS = [MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))]


class SellerQuerySet(models.QuerySet["Seller"]):
    def default(self) -> "Seller | None":
        """Return the seller of shows that name none: the first that was added, or None."""
        return self.order_by("pk").first()


class Seller(models.Model):
    """A legal entity that sells tickets, as its invoices name it."""

    name = models.CharField(_("legal name"), max_length=150, unique=True)
    address = models.CharField(_("address"), max_length=200)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    city = models.CharField(_("city"), max_length=80)
    country = models.CharField(
        _("country"),
        max_length=2,
        validators=[check_country],
        help_text=_("Two-letter code, such as DE."),
    )
    tax_number = models.CharField(
        _("tax number"),
        max_length=40,
        blank=True,
        help_text=_("As the tax office assigned it. Invoices need this or a VAT number."),
    )
    vat_id = models.CharField(
        _("VAT number"),
        max_length=20,
        blank=True,
        validators=[check_vat_id],
        help_text=_("With its country code, such as DE136695976."),
    )
    iban = models.CharField(
        _("IBAN"),
        max_length=34,
        blank=True,
        validators=[check_iban],
        help_text=_("The bank account to which invoices are paid."),
    )
    bank = models.CharField(_("bank"), max_length=100, blank=True)
    email = models.EmailField(
        _("e-mail address"), blank=True, help_text=_("For questions about invoices.")
    )
    document_prefix = models.CharField(
        _("document number prefix"),
        max_length=10,
        unique=True,
        validators=[
            RegexValidator(r"^[A-Z0-9]+\Z", _("Use capital letters and digits only, such as OGW."))
        ],
        help_text=_("Begins the numbers of this seller’s invoices and credit notes, such as OGW."),
    )
    datev_client = models.PositiveIntegerField(
        _("client number (Mandantennummer)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(99_999)],
        help_text=_(
            "For DATEV, where each seller has its own. Leave empty if there is only one seller."
        ),
    )
    logo = models.ImageField(
        _("logo"),
        upload_to="logos/",
        blank=True,
        default="",
        db_default="",
        help_text=_("On this seller’s documents. Leave empty to use that of the organisation."),
    )
    keep_documents_years = models.PositiveSmallIntegerField(
        _("keep documents for (years)"),
        default=10,
        db_default=10,
        validators=[MinValueValidator(1), MaxValueValidator(30)],
        help_text=_(
            "Full years after the year of issue, 1 to 30. Ask your tax adviser. Documents that were"
            " issued before keep their time."
        ),
    )
    language = models.CharField(
        _("default language"),
        max_length=10,
        choices=site_languages,
        default="en",
        help_text=_("Of documents whose customer has not chosen a language."),
    )
    created_at = models.DateTimeField(_("added"), db_default=Now(), editable=False)

    objects = SellerQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("seller")
        verbose_name_plural = _("sellers")
        constraints = [
            models.CheckConstraint(
                condition=Q(document_prefix__regex=r"^[A-Z0-9]+$"),
                name="seller_prefix_is_capitals_and_digits",
            ),
            models.CheckConstraint(
                condition=Q(country__regex=r"^[A-Z]{2}$"), name="seller_country_is_a_code"
            ),
            models.CheckConstraint(
                condition=Q(datev_client=None) | Q(datev_client__gte=1, datev_client__lte=99_999),
                name="seller_client_number_has_its_range",
            ),
            models.CheckConstraint(
                condition=Q(keep_documents_years__gte=1, keep_documents_years__lte=30),
                name="seller_keeps_documents_for_up_to_30_years",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Promoter(models.Model):
    """Who puts on shows, if not the venue itself, and the accounts that may look at their sales."""

    name = models.CharField(_("name"), max_length=150, unique=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    users = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        related_name="promoters",
        blank=True,
        verbose_name=_("accounts"),
        help_text=_(
            "Accounts that see the sales and settlements of this promoter’s shows, and no others."
        ),
    )

    class Meta:
        ordering = ["name"]
        verbose_name = _("promoter")
        verbose_name_plural = _("promoters")

    def __str__(self) -> str:
        return self.name


class TaxRateField(models.DecimalField):
    """A percentage from 0 to 100 with up to three decimals."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        fixed = {"max_digits": 6, "decimal_places": 3, "validators": RATE_VALIDATORS}
        super().__init__(*args, **{**fixed, **kwargs})  # type: ignore[arg-type]


class HasTaxRates(models.Model):
    """The tax rates that a venue, price category or concession sets. Empty: not set here."""

    tax_rate = TaxRateField(
        _("tax on tickets (%)"),
        null=True,
        blank=True,
        help_text=_("Included in the price."),
    )
    fee_tax_rate = TaxRateField(
        _("tax on fees (%)"),
        null=True,
        blank=True,
        help_text=_("Included in the booking fee."),
    )
    tax_exemption = models.CharField(
        _("reason for tax exemption"),
        max_length=200,
        blank=True,
        db_default="",
        default="",
        help_text=_("Printed on receipts when a rate is 0, such as “§ 4 Nr. 20 UStG”."),
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=(Q(tax_rate=None) | Q(tax_rate__gte=0, tax_rate__lte=100))
                & (Q(fee_tax_rate=None) | Q(fee_tax_rate__gte=0, fee_tax_rate__lte=100)),
                name="%(class)s_tax_is_a_percentage",
            ),
            models.CheckConstraint(
                condition=Q(tax_exemption="") | Q(tax_rate=0) | Q(fee_tax_rate=0),
                name="%(class)s_exemption_is_of_a_zero_rate",
            ),
        ]

    def clean(self) -> None:
        super().clean()
        if self.tax_exemption and 0 not in (self.tax_rate, self.fee_tax_rate):
            message = gettext("Set a rate to 0 as well, or leave the reason empty.")
            raise ValidationError({"tax_exemption": message})

    @property
    def rate_choice(self) -> RateChoice:
        """The rates it sets, for `core.tax.most_specific`."""
        return RateChoice(self.tax_rate, self.fee_tax_rate, self.tax_exemption)


class Channel(models.TextChoices):
    """Where a sale is made."""

    WEB = "web", _("website")
    PHONE = "phone", _("phone")
    COUNTER = "counter", _("counter")
    DOOR = "door", pgettext_lazy("sales channel", "door")
    API = "api", _("API")


class ChannelFees(models.Model):
    """The fees of sales through one channel. Amounts are in the currency of the performance."""

    channel = models.CharField(_("channel"), max_length=8, choices=Channel)
    ticket_fee = models.DecimalField(
        _("booking fee per ticket"),
        max_digits=9,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
        help_text=_(
            "Replaces the booking fee that the price includes. Leave empty to keep it. On the"
            " website and in the API, the price category’s fee always applies."
        ),
    )
    order_fee = models.DecimalField(
        _("fee per order"),
        max_digits=9,
        decimal_places=2,
        default=Decimal(0),
        validators=[MinValueValidator(Decimal(0))],
        help_text=_("Added once to each order that is not free."),
    )
    order_fee_tax_rate = TaxRateField(
        _("tax on the fee per order (%)"),
        null=True,
        blank=True,
        help_text=_("Leave empty to use the venue’s tax on fees."),
    )

    class Meta:
        abstract = True
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(order_fee__gte=0) & (Q(ticket_fee=None) | Q(ticket_fee__gte=0)),
                name="%(class)s_is_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(channel__in=Channel.values), name="%(class)s_channel_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(channel__in=["web", "api"]) | Q(ticket_fee=None),
                name="%(class)s_online_is_that_of_the_price",
            ),
            models.CheckConstraint(
                condition=Q(order_fee_tax_rate=None)
                | Q(order_fee_tax_rate__gte=0, order_fee_tax_rate__lte=100),
                name="%(class)s_tax_is_a_percentage",
            ),
        ]

    def __str__(self) -> str:
        return self.get_channel_display()

    def clean(self) -> None:
        super().clean()
        if self.channel in (Channel.WEB, Channel.API) and self.ticket_fee is not None:
            message = gettext("Leave this empty and set the booking fee of the price category.")
            raise ValidationError({"ticket_fee": message})
