from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from core.money import coin
from core.tax import (
    RateChoice,
    TaxLine,
    TaxRates,
    amounts_of_ticket,
    most_specific,
    share_of,
    split_by_rate,
    tax_texts,
)

CURRENCIES = st.sampled_from(["EUR", "JPY", "CHF", "PLN"])
RATES = st.sampled_from([Decimal(rate) for rate in ("0", "2.1", "5.5", "7", "8.875", "19", "25")])
REASONS = st.sampled_from(["", "§ 4 Nr. 20 UStG"])


@st.composite
def taxed_amounts(draw, smallest=0):
    """Return a currency and amounts in its own decimals."""
    currency = draw(CURRENCIES)
    units = st.integers(smallest, 200_000).map(lambda number: number * coin(currency))
    return currency, draw(st.lists(st.tuples(units, RATES, REASONS), max_size=12))


def total(amounts):
    return sum(amounts, Decimal(0))


@given(taxed_amounts(smallest=-200_000))
def test_gross_amounts_stay_as_they_are_shown(case):
    currency, amounts = case
    lines = split_by_rate(amounts, currency)
    assert total(line.gross for line in lines) == total(gross for gross, _rate, _why in amounts)
    for line in lines:
        assert line.gross == line.net + line.tax
        assert line.tax % coin(currency) == 0
        assert line.net % coin(currency) == 0


@given(taxed_amounts())
def test_there_is_one_line_for_each_rate_and_reason(case):
    currency, amounts = case
    lines = split_by_rate(amounts, currency)
    keys = [(line.rate, line.exemption) for line in lines]
    assert len(set(keys)) == len(keys)
    assert [line.rate for line in lines] == sorted((line.rate for line in lines), reverse=True)
    assert not any(line.exemption for line in lines if line.rate)
    assert all(line.gross for line in lines)


@given(st.integers(1, 2_000_000), RATES, CURRENCIES)
def test_tax_fits_the_european_standard_for_invoices(units, rate, currency):
    """BR-CO-17: the tax is the net sum times the rate, rounded, wherever a net sum allows it."""
    unit = coin(currency)
    gross = units * unit

    def tax_of(net):
        return (net * rate / 100).quantize(unit, ROUND_HALF_UP)

    [line] = split_by_rate([(gross, rate, "")], currency)
    assert abs(line.tax - tax_of(line.net)) <= unit
    near = [line.net + step * unit for step in range(-3, 4)]
    if any(net + tax_of(net) == gross for net in near):
        assert line.tax == tax_of(line.net)


@given(taxed_amounts())
def test_a_credit_note_is_the_opposite_of_the_sale(case):
    currency, amounts = case
    sold = split_by_rate(amounts, currency)
    credited = split_by_rate([(-gross, rate, why) for gross, rate, why in amounts], currency)
    assert credited == [
        TaxLine(line.rate, -line.gross, -line.net, -line.tax, line.exemption) for line in sold
    ]


@given(taxed_amounts(), st.integers(0, 1000))
def test_a_share_adds_up_and_takes_no_more_than_there_is(case, per_mille):
    currency, amounts = case
    lines = split_by_rate(amounts, currency)
    unit = coin(currency)
    gross = total(line.gross for line in lines)
    amount = (gross * per_mille / 1000).quantize(unit)
    shares = share_of(lines, amount, currency)
    assert total(share.gross for share in shares) == amount
    limits = {(line.rate, line.exemption): line.gross for line in lines}
    for share in shares:
        limit = limits[share.rate, share.exemption]
        assert 0 < share.gross <= limit
        assert abs(share.gross - limit * amount / gross) <= unit


def test_the_whole_as_a_share_is_the_whole():
    lines = split_by_rate([(Decimal("45.01"), Decimal(7), ""), (5, Decimal(19), "")], "EUR")
    assert share_of(lines, Decimal("50.01"), "EUR") == lines


def test_a_ticket_can_have_two_rates():
    rates = TaxRates(Decimal(7), Decimal(19))
    lines = split_by_rate(amounts_of_ticket(Decimal(45), Decimal(5), rates), "EUR")
    assert lines == [
        TaxLine(Decimal(19), Decimal(5), Decimal("4.20"), Decimal("0.80")),
        TaxLine(Decimal(7), Decimal(40), Decimal("37.38"), Decimal("2.62")),
    ]


def test_tax_is_rounded_once_on_the_sum_of_its_rate():
    three = [(Decimal("0.10"), Decimal(19), "")] * 3
    assert [line.tax for line in split_by_rate(three, "EUR")] == [Decimal("0.05")]
    assert [line.tax for line in split_by_rate(three[:1], "EUR")] == [Decimal("0.02")]


def test_yen_have_no_decimals():
    [line] = split_by_rate([(Decimal("5000.00"), Decimal(10), "")], "JPY")
    assert (line.net, line.tax) == (Decimal(4545), Decimal(455))


@pytest.mark.parametrize(
    ("choices", "rates"),
    [
        ([], TaxRates()),
        ([RateChoice(), RateChoice(Decimal(7), Decimal(19))], TaxRates(Decimal(7), Decimal(19))),
        (
            [RateChoice(ticket=Decimal(0)), RateChoice(Decimal(7), Decimal(19))],
            TaxRates(Decimal(0), Decimal(19)),
        ),
        (
            [RateChoice(ticket=Decimal(19)), RateChoice(Decimal(0), Decimal(0), "exempt")],
            TaxRates(Decimal(19), Decimal(0), "exempt"),
        ),
        (
            [RateChoice(Decimal(0), None, "school"), RateChoice(Decimal(0), Decimal(19), "other")],
            TaxRates(Decimal(0), Decimal(19), "school"),
        ),
        ([RateChoice(None, None, "no rate"), RateChoice(Decimal(7))], TaxRates(Decimal(7))),
    ],
)
def test_the_most_specific_rate_counts(choices, rates):
    assert most_specific(*choices) == rates


def test_texts_name_tax_rate_and_net_or_the_exemption():
    amounts = [(100, Decimal(19), ""), (100, Decimal("5.5"), ""), (50, Decimal(0), "§ 4 UStG")]
    lines = split_by_rate([(Decimal(gross), rate, why) for gross, rate, why in amounts], "EUR")
    with override("en"):
        assert tax_texts(lines, "EUR") == [
            "incl. €15.97 VAT (19% of €84.03)",
            "incl. €5.21 VAT (5.5% of €94.79)",
            "VAT exempt: €50 (§ 4 UStG)",
        ]
    with override("de"):
        assert tax_texts(lines, "EUR")[1] == "inkl. 5,21\xa0€ USt. (5,5\xa0% auf 94,79\xa0€)"


def test_a_rate_that_nobody_set_has_no_text():
    assert tax_texts(split_by_rate([(Decimal(100), Decimal(0), "")], "EUR"), "EUR") == []
