"""The fees of a performance by sales channel, and the prices that follow from them.

A price category's price includes its booking fee: that is the price on the website and in the API,
shown first everywhere. Sales by phone, at the counter and at the door can have another booking fee,
and each channel a fee per order, which stands beside the price. A performance's fees for a channel
replace those of its venue.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from core.money import coin

from .models import Performance


@dataclass(frozen=True, slots=True)
class FeeTerm:
    """The fees of one channel. A `ticket_fee` of None leaves the price category's fee.

    `order_fee_tax_rate` of None stands for the venue's tax on fees.
    """

    ticket_fee: Decimal | None = None
    order_fee: Decimal = Decimal(0)
    order_fee_tax_rate: Decimal | None = None


def fees_of(performance: Performance) -> Mapping[str, FeeTerm]:
    """Return the fees by channel, in the currency's own decimals.

    Needs `PerformanceQuerySet.with_channel_fees`; no query.
    """
    unit = coin(performance.currency)
    # A later row of the same channel replaces an earlier one.
    rows = [*performance.venue_fees, *performance.own_fees]
    return {
        str(row["channel"]): FeeTerm(
            _amount(row["ticket_fee"], unit),
            _amount(row["order_fee"], unit) or Decimal(0),
            None if row["order_fee_tax_rate"] is None else Decimal(row["order_fee_tax_rate"]),
        )
        for row in rows
    }


def price_in_channel(
    price: Decimal, fee: Decimal, channel_fee: Decimal | None
) -> tuple[Decimal, Decimal]:
    """Return `(price, fee)` of a price category, given a channel's booking fee. Free stays free."""
    if channel_fee is None or price == 0:
        return price, fee
    return price - fee + channel_fee, channel_fee


def _amount(text: str | None, unit: Decimal) -> Decimal | None:
    return None if text is None else Decimal(text).quantize(unit, ROUND_HALF_UP)
