"""Working out new prices for many categories at once. Writes nothing."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.money import coin, money

HIGHEST = Decimal("9999999.99")


class PriceOperation(models.TextChoices):
    SET = "set", gettext_lazy("set to")
    AMOUNT = "amount", gettext_lazy("raise or lower by an amount")
    PERCENT = "percent", gettext_lazy("raise or lower by per cent")


class InvalidPrices(Exception):
    """These prices cannot be; `faults` are sentences, one for each reason."""

    def __init__(self, faults):
        super().__init__(faults)
        self.faults = faults


@dataclass(frozen=True)
class PriceChange:
    """What one price category costs and is to cost, all in; fees are parts of prices."""

    category_id: int
    performance_id: int
    name: str
    currency: str
    old_price: Decimal
    old_fee: Decimal
    price: Decimal
    fee: Decimal

    @property
    def changes_price(self):
        return (self.price, self.fee) != (self.old_price, self.old_fee)


def new_prices(categories, *, way, number, step, fee_follows):
    """Return the `PriceChange`s of the categories (with their performances) that change.

    Prices are rounded half up to a multiple of `step`, and never finer than the currency's coins.
    The fee stays, or follows its price in proportion. Raises InvalidPrices with every reason.
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
    told = {"category": change.name, "price": money(change.price, change.currency)}
    if change.price < 0:
        yield _("%(category)s would cost %(price)s, less than nothing.") % told
    elif change.price > HIGHEST:
        yield _("%(category)s would cost %(price)s, which is too much.") % told
    elif change.fee > change.price:
        told["fee"] = money(change.fee, change.currency)
        yield _("%(category)s would cost %(price)s, less than its fee of %(fee)s.") % told
