"""The coins and notes of currencies, to count a till."""

from decimal import Decimal

from core.money import coin

# Notes, then coins, the largest first. Others count in steps of one, two and five.
EURO = "200 100 50 20 10 5 2 1 0.50 0.20 0.10 0.05 0.02 0.01"
CASH = {
    "EUR": f"500 {EURO}",
    "GBP": "50 20 10 5 2 1 0.50 0.20 0.10 0.05 0.02 0.01",
    "USD": "100 50 20 10 5 2 1 0.50 0.25 0.10 0.05 0.01",
    "CHF": "1000 200 100 50 20 10 5 2 1 0.50 0.20 0.10 0.05",
    "SEK": "1000 500 200 100 50 20 10 5 2 1",
    "NOK": "1000 500 200 100 50 20 10 5 1",
    "DKK": "1000 500 200 100 50 20 10 5 2 1 0.50",
    "PLN": "500 200 100 50 20 10 5 2 1 0.50 0.20 0.10 0.05 0.02 0.01",
    "CZK": "5000 2000 1000 500 200 100 50 20 10 5 2 1",
    "JPY": "10000 5000 2000 1000 500 100 50 10 5 1",
    "CAD": "100 50 20 10 5 2 1 0.25 0.10 0.05",
    "AUD": "100 50 20 10 5 2 1 0.50 0.20 0.10 0.05",
}


def denominations(currency: str) -> list[Decimal]:
    """Return the values of the coins and notes of a currency, the largest first."""
    if currency in CASH:
        return [Decimal(value) for value in CASH[currency].split()]
    unit = coin(currency)
    steps = (Decimal(step).scaleb(power) for power in range(6) for step in (1, 2, 5))
    return sorted((unit * step for step in steps), reverse=True)
