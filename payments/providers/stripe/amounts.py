"""Amounts as Stripe takes them: whole numbers of a currency's smallest unit.

Source: docs.stripe.com/currencies#zero-decimal. Stripe counts ISK and UGX with two decimals,
although they have none.
"""

from decimal import Decimal

ZERO_DECIMAL = {
    "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA",
    "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF",
}  # fmt: skip


def to_units(amount: Decimal, currency: str) -> int:
    """Return the amount in the smallest unit: 4550 for EUR 45.50, 5000 for JPY 5000.

    Raises ValueError for an amount that is not a whole number of units.
    """
    units = amount / _unit(currency)
    if units != int(units):
        raise ValueError(f"{amount} {currency} has too many decimals.")
    return int(units)


def from_units(units: int, currency: str) -> Decimal:
    """Return an amount given in the smallest unit."""
    return (units * _unit(currency)).quantize(Decimal("0.01"))


def _unit(currency: str) -> Decimal:
    return Decimal(1) if currency.upper() in ZERO_DECIMAL else Decimal("0.01")
