"""Currencies as Stripe counts them: smallest units, and the least that can be charged.

Source: https://docs.stripe.com/currencies (zero-decimal, three-decimal, special cases, minimum
amounts).
"""

from decimal import Decimal

ZERO_DECIMAL = frozenset("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split())
THREE_DECIMAL = frozenset("BHD JOD KWD OMR TND".split())
# Sent with two decimals, of which both are zero.
WHOLE_UNITS_ONLY = frozenset("ISK UGX".split())

TWO_DECIMAL = frozenset(
    """
    AED ALL AMD ANG ARS AUD AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BWP BZD CAD CHF CNY COP CRC
    CZK DKK DOP DZD EGP ETB EUR FJD GBP GEL GTQ HKD HNL HUF IDR ILS INR ISK JMD KES KGS KHR KZT
    LBP LKR MAD MDL MKD MMK MNT MOP MUR MVR MXN MYR NAD NGN NIO NOK NPR NZD PAB PEN PHP PKR PLN
    QAR RON RSD SAR SEK SGD THB TRY TTD TWD TZS UAH UGX USD UYU UZS ZAR ZMW
    """.split()
)
ALL = ZERO_DECIMAL | TWO_DECIMAL | THREE_DECIMAL

# In the smallest unit. A currency that is not named has the least that the API itself takes.
MINIMUM = {
    "AED": 200, "ARS": 50, "AUD": 50, "BRL": 50, "CAD": 50, "CHF": 50, "COP": 50, "CZK": 1500,
    "DKK": 250, "EUR": 50, "GBP": 30, "HKD": 400, "HUF": 17500, "IDR": 50, "ILS": 50, "INR": 50,
    "JPY": 50, "KRW": 50, "MXN": 1000, "MYR": 200, "NOK": 300, "NZD": 50, "PHP": 50, "PLN": 200,
    "RON": 200, "SEK": 300, "SGD": 50, "THB": 1000, "USD": 50, "ZAR": 50,
}  # fmt: skip
MAXIMUM = 99_999_999


def decimals(currency: str) -> int:
    """Return how many decimals the currency's amounts have."""
    if currency.upper() in ZERO_DECIMAL:
        return 0
    return 3 if currency.upper() in THREE_DECIMAL else 2


def minimum(currency: str) -> int:
    """Return the least that can be charged, in the smallest unit."""
    return MINIMUM.get(currency.upper(), 1)


def as_decimal(amount: int, currency: str) -> Decimal:
    """Return an amount given in the smallest unit as a decimal number of the currency."""
    return Decimal(amount).scaleb(-decimals(currency))


def as_units(value: str | Decimal, currency: str) -> int:
    """Return a decimal amount in the smallest unit. Raises ValueError if it has more decimals."""
    units = Decimal(value).scaleb(decimals(currency))
    if units != int(units):
        raise ValueError(f"{currency} has {decimals(currency)} decimals.")
    return int(units)


def written(amount: int, currency: str) -> str:
    """Return an amount as people read it, e.g. `45.00 EUR`."""
    return f"{as_decimal(amount, currency):f} {currency.upper()}"
