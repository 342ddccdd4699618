"""The lines of what was sold, changed or cancelled, as entries of the transaction log have them.

With them the log alone accounts for prices, fees and tax. Amounts and rates are text.
"""

from decimal import Decimal
from typing import Any

from core.tax import TaxRates, rate_text

from ..models import Ticket


def sold_line(
    *, place: int, category: str, concession: str, price: Decimal, fee: Decimal, rates: TaxRates
) -> dict[str, Any]:
    """Return the line of one place. `price` includes `fee`."""
    return {
        "place": place,
        "category": category,
        "concession": concession,
        "price": f"{price:.2f}",
        "fee": f"{fee:.2f}",
        "tax": rates_as_text(rates),
    }


def line_of_ticket(ticket: Ticket) -> dict[str, Any]:
    """Return the line of a ticket as it is now."""
    return sold_line(
        place=ticket.place_id,
        category=ticket.category,
        concession=ticket.concession,
        price=ticket.price,
        fee=ticket.fee,
        rates=ticket.tax_rates,
    )


def rates_as_text(rates: TaxRates) -> list[str]:
    """Return the rates of a ticket and of its fee, and the reason for exemption."""
    return [rate_text(rates.ticket), rate_text(rates.fee), rates.exemption]
