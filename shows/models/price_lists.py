"""Price lists: named prices of categories and concessions, which performances take over."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.json_size import KB, json_fits

from .concessions import ConcessionType


class PriceList(models.Model):
    """Prices by category and concession in one currency, kept for the whole box office."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")

    class Meta:
        ordering = ["name"]
        verbose_name = _("price list")
        verbose_name_plural = _("price lists")

    def __str__(self) -> str:
        return self.name


class ListedCategory(models.Model):
    """The price of a category in a price list. Empty: not decided yet."""

    price_list = models.ForeignKey(PriceList, models.CASCADE, related_name="categories")
    name = models.CharField(_("name"), max_length=80)
    price = models.DecimalField(_("price"), max_digits=9, decimal_places=2, null=True, blank=True)
    fee = models.DecimalField(_("booking fee"), max_digits=9, decimal_places=2, default=Decimal(0))
    ordinal = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["ordinal", "pk"]
        verbose_name = _("price category")
        verbose_name_plural = _("price categories")
        constraints = [
            models.UniqueConstraint(
                fields=["price_list", "name"], name="listed_category_is_unique_in_its_list"
            ),
            models.CheckConstraint(
                condition=models.Q(fee__gte=0)
                & (models.Q(price=None) | models.Q(fee__lte=models.F("price"))),
                name="listed_fee_is_a_part_of_the_price",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ListedConcession(models.Model):
    """A concession that a price list offers, with prices of its own by category."""

    price_list = models.ForeignKey(PriceList, models.CASCADE, related_name="concessions")
    kind = models.ForeignKey(
        ConcessionType, models.PROTECT, related_name="+", verbose_name=_("concession")
    )
    # As `Concession.prices`.
    prices = models.JSONField(default=dict, db_default={}, blank=True, editable=False)
    ordinal = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["ordinal", "pk"]
        verbose_name = _("concession")
        verbose_name_plural = _("concessions")
        constraints = [
            models.UniqueConstraint(
                fields=["price_list", "kind"], name="listed_concession_is_unique_in_its_list"
            ),
            json_fits("prices", most=8 * KB, name="listed_concession_prices_have_a_limit"),
        ]

    def __str__(self) -> str:
        return self.kind.name
