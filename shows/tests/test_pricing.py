from decimal import Decimal as D

import pytest

from shows.models import Performance, PriceCategory
from shows.pricing import InvalidPrices, PriceOperation, new_prices


def category(price, fee="0", *, name="Stalls", currency="EUR", pk=1):
    performance = Performance(pk=7, currency=currency)
    return PriceCategory(pk=pk, performance=performance, name=name, price=D(price), fee=D(fee))


def new(*categories, way=PriceOperation.PERCENT, number="10", step="0.01", fee_follows=False):
    return new_prices(categories, way=way, number=D(number), step=D(step), fee_follows=fee_follows)


@pytest.mark.parametrize(
    ("way", "number", "step", "price"),
    [
        (PriceOperation.SET, "50", "0.01", "50.00"),
        (PriceOperation.SET, "49.99", "0.50", "50.00"),
        (PriceOperation.AMOUNT, "2.50", "0.01", "47.50"),
        (PriceOperation.AMOUNT, "-5", "0.01", "40.00"),
        (PriceOperation.PERCENT, "10", "0.01", "49.50"),
        (PriceOperation.PERCENT, "10", "1.00", "50.00"),  # Half a euro is rounded up.
        (PriceOperation.PERCENT, "-7.5", "0.05", "41.65"),  # 41.625 is rounded up.
        (PriceOperation.PERCENT, "3", "0.10", "46.40"),
        (PriceOperation.SET, "0", "0.01", "0.00"),
    ],
)
def test_it_calculates_and_rounds(way, number, step, price):
    [change] = new(category("45"), way=way, number=number, step=step)
    assert (change.price, change.old_price) == (D(price), D(45))


def test_the_fee_stays_or_follows():
    [stays] = new(category("45", "5"), number="20")
    [follows] = new(category("45", "5"), number="20", fee_follows=True)
    assert (stays.price, stays.fee) == (D("54.00"), D("5"))
    assert (follows.price, follows.fee) == (D("54.00"), D("6.00"))


def test_a_proportional_fee_never_exceeds_the_price():
    [change] = new(category("10", "10"), number="-33", step="5", fee_follows=True)
    assert (change.price, change.fee) == (D("5.00"), D("5.00"))
    [free] = new(category("10", "10"), way=PriceOperation.SET, number="0", fee_follows=True)
    assert (free.price, free.fee) == (0, 0)


def test_a_currency_without_cents_gets_none():
    [change] = new(category("4500", currency="JPY"), number="3.33")
    assert change.price == D(4650)


def test_an_unchanged_price_is_not_a_change():
    changes = new(category("45", pk=1), category("40", pk=2), way=PriceOperation.SET, number="45")
    assert [change.category_id for change in changes] == [2]


@pytest.mark.parametrize(
    ("way", "number", "words"),
    [
        (PriceOperation.AMOUNT, "-46", "Stalls would cost -€1, which is less than zero."),
        (PriceOperation.AMOUNT, "-41", "Stalls would cost €4, less than its booking fee of €5."),
        (PriceOperation.AMOUNT, "9999999", "too much"),
    ],
)
def test_it_reports_invalid_prices(way, number, words):
    with pytest.raises(InvalidPrices) as refused:
        new(category("45", "5"), category("45", "5"), way=way, number=number)
    [fault] = refused.value.faults
    assert words in fault
