"""Calculate new prices for many price categories at once. Nothing is saved."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.money import coin, money

from .models import PriceCategory

HIGHEST = Decimal("9999999.99")


class PriceOperation(models.TextChoices):
    SET = "set", gettext_lazy("set to")
    AMOUNT = "amount", gettext_lazy("change by an amount")
    PERCENT = "percent", gettext_lazy("change by a percentage")


class InvalidPrices(Exception):
    """The new prices are impossible; `faults` are sentences, one for each reason."""

    def __init__(self, faults: Iterable[str]) -> None:
        super().__init__(faults)
        self.faults = list(faults)


@dataclass(frozen=True)
class PriceChange:
    """The old and new price of a price category; prices include the fees."""

    category_id: int
    performance_id: int
    name: str
    currency: str
    old_price: Decimal
    old_fee: Decimal
    price: Decimal
    fee: Decimal

    @property
    def changes_price(self) -> bool:
        return (self.price, self.fee) != (self.old_price, self.old_fee)


def new_prices(
    categories: Iterable[PriceCategory],
    *,
    way: str,
    number: Decimal,
    step: Decimal,
    fee_follows: bool,
) -> list[PriceChange]:
    """Return a `PriceChange` for each category whose price changes.

    `way` is a PriceOperation, `number` its amount or percentage. Prices are rounded half up to a
    multiple of `step`, but at least to the currency's smallest unit. The fee stays, or with
    `fee_follows` changes in proportion. Needs the categories' performances loaded. Raises
    InvalidPrices with all reasons.
    """
    changes = [_change(one, way, number, step, fee_follows) for one in categories]
    if faults := list(dict.fromkeys(fault for change in changes for fault in _faults(change))):
        raise InvalidPrices(faults)
    return [change for change in changes if change.changes_price]


def _change(category, way, number, step, fee_follows):
    currency = category.performance.currency
    cent = coin(currency)
    price = _rounded(_wanted(category.price, way, number), max(step, cent))
    fee = category.fee
    if fee_follows:
        share = fee / category.price if category.price else Decimal(0)
        fee = max(Decimal(0), min(price, _rounded(price * share, cent)))
    return PriceChange(
        category_id=category.pk,
        performance_id=category.performance_id,
        name=category.name,
        currency=currency,
        old_price=category.price,
        old_fee=category.fee,
        price=price,
        fee=fee,
    )


def _wanted(price, way, number):
    if way == PriceOperation.SET:
        return number
    return price + (number if way == PriceOperation.AMOUNT else price * number / 100)


def _rounded(amount, step):
    steps = (amount / step).quantize(Decimal(1), ROUND_HALF_UP)
    return (steps * step).quantize(Decimal("0.01"))


def _faults(change):
    values = {"category": change.name, "price": money(change.price, change.currency)}
    if change.price < 0:
        yield _("%(category)s would cost %(price)s, which is less than zero.") % values
    elif change.price > HIGHEST:
        yield _("%(category)s would cost %(price)s, which is too much.") % values
    elif change.fee > change.price:
        values["fee"] = money(change.fee, change.currency)
        yield (
            _("%(category)s would cost %(price)s, less than its booking fee of %(fee)s.") % values
        )
