"""Concessions: the list of all, kept once, and those offered at one performance."""

from datetime import datetime, time, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.json_size import KB, json_fits
from organisation.models import HasTaxRates

from .performances import Performance

AT_LEAST_ONE = [MinValueValidator(1), MaxValueValidator(500)]


class ConcessionType(HasTaxRates):
    """A concession of the whole box office, which performances pick from the list."""

    class Method(models.TextChoices):
        PERCENT = "percent", _("per cent off")
        AMOUNT = "amount", _("amount off")
        PRICE = "price", _("set price")

    name = models.CharField(
        _("name"),
        max_length=60,
        unique=True,
        help_text=_(
            "Common names, such as Student, are shown in the customer’s language. The name cannot"
            " change once tickets are on sale with it."
        ),
    )
    method = models.CharField(
        _("kind of price"), max_length=7, choices=Method, default=Method.PERCENT
    )
    value = models.DecimalField(
        _("value"),
        max_digits=9,
        decimal_places=2,
        validators=[MinValueValidator(Decimal(0))],
        help_text=_(
            "A percentage, or an amount in the performance’s currency. Set prices include the"
            " booking fee."
        ),
    )
    group_from = models.PositiveSmallIntegerField(
        _("group price from"),
        null=True,
        blank=True,
        validators=AT_LEAST_ONE,
        help_text=_("Tickets of any price in the order, such as 10."),
    )
    min_per_order = models.PositiveSmallIntegerField(
        _("minimum per order"),
        null=True,
        blank=True,
        validators=AT_LEAST_ONE,
        help_text=_("Tickets at this price."),
    )
    max_per_order = models.PositiveSmallIntegerField(
        _("maximum per order"),
        null=True,
        blank=True,
        validators=AT_LEAST_ONE,
        help_text=_("Tickets at this price."),
    )
    until_date = models.DateField(
        _("early bird until"),
        null=True,
        blank=True,
        help_text=_("The last day, in the venue’s local time."),
    )
    until_days = models.PositiveSmallIntegerField(
        _("early bird, days before the show"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(730)],
        help_text=_("How many days before the show it ends. With a date, the earlier one counts."),
    )
    proof = models.CharField(
        _("proof required"),
        max_length=120,
        blank=True,
        help_text=_("Shown to the customer and checked at the entrance, such as “Student ID”."),
    )
    members_only = models.BooleanField(
        _("members only"),
        default=False,
        help_text=_("Only for customers whose account staff have marked as a member’s."),
    )
    ordinal = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["ordinal", "name"]
        verbose_name = _("concession")
        verbose_name_plural = _("concessions")
        constraints = [
            *HasTaxRates.Meta.constraints,
            models.CheckConstraint(
                condition=Q(method="percent", value__gte=1, value__lte=100)
                | Q(method__in=["amount", "price"], value__gte=0),
                name="concession_type_value_fits_its_method",
            ),
            models.CheckConstraint(
                condition=Q(min_per_order=None)
                | Q(max_per_order=None)
                | Q(min_per_order__lte=F("max_per_order")),
                name="concession_type_minimum_is_below_its_maximum",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        errors = {}
        if message := value_error(self.method, self.value):
            errors["value"] = message
        lowest, highest = self.min_per_order, self.max_per_order
        if lowest is not None and highest is not None and lowest > highest:
            errors["max_per_order"] = gettext("The maximum is below the minimum.")
        if errors:
            raise ValidationError(errors)

    def ends_at(self, performance: Performance) -> datetime | None:
        """Return when it ends at a performance, or None. Needs the performance's venue."""
        zone, ends = performance.venue.zone, []
        if self.until_date is not None:
            next_day = self.until_date + timedelta(days=1)
            ends.append(datetime.combine(next_day, time(), tzinfo=zone))
        if self.until_days is not None:
            ends.append(performance.starts_at.astimezone(zone) - timedelta(days=self.until_days))
        return min(ends, default=None)


class Concession(HasTaxRates):
    """A concession at one performance, which may have another value and other proof there.

    Without a `kind`, as from an older version, it is a percentage with a name of its own.
    """

    performance = models.ForeignKey(Performance, models.CASCADE, related_name="concessions")
    kind = models.ForeignKey(
        ConcessionType,
        models.PROTECT,
        related_name="concessions",
        null=True,
        blank=True,
        verbose_name=_("concession"),
    )
    # That of its kind, by which tickets name it.
    name = models.CharField(_("name"), max_length=60)
    # Each replaces the value of the list. A percentage counts whatever the kind's own method.
    percent_off = models.PositiveSmallIntegerField(
        _("discount (%)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    amount = models.DecimalField(
        _("amount"),
        max_digits=9,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    # {name of a price category: price incl. fee, as text}: prices that nothing calculates.
    prices = models.JSONField(_("prices"), default=dict, db_default={}, blank=True)
    proof = models.CharField(
        _("proof required"),
        max_length=120,
        blank=True,
        help_text=_("Leave empty for that of the list."),
    )
    ordinal = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["ordinal", "pk"]
        verbose_name = _("concession of a performance")
        verbose_name_plural = _("concessions of performances")
        constraints = [
            *HasTaxRates.Meta.constraints,
            models.UniqueConstraint(
                fields=["performance", "name"], name="concession_is_unique_in_performance"
            ),
            models.CheckConstraint(
                condition=Q(percent_off__gte=1, percent_off__lte=100),
                name="concession_is_a_percentage",
            ),
            models.CheckConstraint(
                condition=Q(percent_off__isnull=False, amount=None)
                | Q(percent_off=None, kind__isnull=False),
                name="concession_has_one_value",
            ),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gte=0), name="concession_is_not_negative"
            ),
            json_fits("prices", most=8 * KB, name="concession_prices_have_a_limit"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def method(self) -> str:
        """The `ConcessionType.Method` of its value."""
        if self.percent_off is not None or self.kind is None:
            return ConcessionType.Method.PERCENT
        return self.kind.method

    @property
    def value(self) -> Decimal:
        """The per cent or amount in effect."""
        if self.percent_off is not None:
            return Decimal(self.percent_off)
        if self.amount is not None:
            return self.amount
        return self.kind.value if self.kind else Decimal(0)

    @property
    def own_value(self) -> Decimal | None:
        """The value that it has in place of the list's, or None."""
        return self.amount if self.percent_off is None else Decimal(self.percent_off)

    @property
    def proof_required(self) -> str:
        return self.proof or (self.kind.proof if self.kind else "")

    def set_value(self, value: Decimal | None) -> None:
        """Set the value for this performance, in the method of its kind; None for the list's."""
        is_percent = self.kind is None or self.kind.method == ConcessionType.Method.PERCENT
        self.percent_off = int(value) if is_percent and value is not None else None
        self.amount = None if is_percent else value


def value_error(method: str, value: Decimal | None) -> str:
    """Return why a concession cannot have this value, or "" if it can."""
    if method != ConcessionType.Method.PERCENT or value is None:
        return ""
    if value != value.to_integral_value() or not 1 <= value <= 100:
        return gettext("Enter a whole number from 1 to 100.")
    return ""
