"""What performances sold, worked out from plain entries of the log; and what a deal gives."""

from decimal import Decimal

import pytest

from finance.settlement.box_office import figures_of
from finance.settlement.deals import Deal, DealKind, settle

D = Decimal


def entry(kind, order="A", *, places=(), amount=None, **detail):
    return {
        "kind": kind,
        "order": order,
        "places": list(places),
        "amount": amount,
        "currency": "EUR",
        "detail": detail,
    }


def sold(place, price="45.00", fee="5.00", category="Stalls", concession="", tax=("7", "19", "")):
    return {
        "place": place,
        "category": category,
        "concession": concession,
        "price": price,
        "fee": fee,
        "tax": list(tax),
    }


def sale(order="A", *lines, channel="web", **detail):
    places = [line["place"] for line in lines]
    total = sum(D(line["price"]) for line in lines) + D(detail.get("order_fee", 0))
    return [
        entry("payment", order, amount=f"{total:.2f}"),
        entry("sale", order, places=places, channel=channel, lines=list(lines), **detail),
    ]


def test_sales_are_grouped_by_category_concession_and_channel():
    figures = figures_of(
        [
            *sale("A", sold(1), sold(2)),
            *sale("B", sold(3, price="22.50", fee="2.50", concession="Child")),
            *sale("C", sold(4), channel="door"),
            *sale("D", sold(5, category="Circle")),
        ]
    )
    rows = [(row.category, row.concession, row.channel, row.count) for row in figures.rows]
    assert rows == [
        ("Circle", "", "web", 1),
        ("Stalls", "", "door", 1),
        ("Stalls", "", "web", 2),
        ("Stalls", "Child", "web", 1),
    ]
    assert (figures.tickets, figures.gross, figures.ticket_fees) == (5, D("202.50"), D("22.50"))
    assert (figures.paid, figures.refunded, figures.kept) == (D("202.50"), 0, 0)


def test_tax_is_that_of_tickets_and_fees_by_rate():
    figures = figures_of(
        sale("A", sold(1), sold(2), order_fee="1.50", order_fee_tax=["0", "19", ""])
    )
    assert figures.tax_lines == [
        (D(19), D("11.50"), D("9.66"), D("1.84")),
        (D(7), D("80.00"), D("74.77"), D("5.23")),
    ]
    assert (figures.tax, figures.ticket_tax) == (D("7.07"), D("5.23"))
    assert (figures.gross, figures.order_fees) == (D("91.50"), D("1.50"))


def test_cancelled_tickets_do_not_count_and_kept_fees_do():
    figures = figures_of(
        [
            *sale("A", sold(1), sold(2)),
            entry("cancel", "A", places=[1], amount="-45.00", tickets=[7]),
            entry("refund", "A", amount="-40.00"),
        ]
    )
    assert (figures.tickets, figures.cancelled, figures.gross) == (1, 1, 45)
    assert (figures.paid, figures.refunded, figures.kept) == (90, 40, 5)


def test_a_seat_that_is_sold_again_counts_once():
    figures = figures_of(
        [
            *sale("A", sold(1)),
            entry("cancel", "A", places=[1]),
            entry("refund", "A", amount="-45.00"),
            *sale("B", sold(1, price="50.00")),
        ]
    )
    assert (figures.tickets, figures.gross, figures.kept) == (1, 50, 0)


def test_a_goodwill_refund_reduces_what_is_kept():
    figures = figures_of([*sale("A", sold(1)), entry("refund", "A", amount="-10.00")])
    assert (figures.tickets, figures.gross, figures.kept) == (1, 45, -10)


def test_the_order_fee_goes_with_the_whole_order():
    fee = {"order_fee": "1.50", "order_fee_tax": ["0", "19", ""]}
    figures = figures_of(
        [
            *sale("A", sold(1), **fee),
            *sale("B", sold(2), **fee),
            entry("cancel", "A", places=[1], order_fee="1.50"),
            entry("cancel", "B", places=[2]),
        ]
    )
    assert (figures.tickets, figures.order_fees, figures.gross) == (0, D("1.50"), D("1.50"))


def test_comps_guest_holds_and_kills_are_counted_apart():
    free = sold(1, price="0.00", fee="0.00")
    figures = figures_of(
        [
            entry("block", "", places=[1, 2, 3, 4]),
            entry("block", "", places=[4, 5, 6, 7], guest_hold="Press"),
            entry("sale", "B", places=[7], lines=[]),
            entry("sale", "A", places=[1], channel="counter", lines=[free]),
            entry("note", "A", comp=True, reason="Press"),
            entry("unblock", "", places=[2]),
        ]
    )
    assert (figures.comps, figures.guest_holds, figures.kills) == (1, 3, 1)
    assert (figures.tickets, figures.rows) == (0, [])


def test_moved_and_changed_tickets_are_counted_as_they_are_now():
    change = {"concession": "Child", "price": "22.50", "fee": "2.50", "tax": ["7", "19", ""]}
    figures = figures_of(
        [
            *sale("A", sold(1), sold(2)),
            {**entry("move", "A", places=[2, 1]), "detail": {"from": [1, 2]}},
            {
                **entry("move", "A", places=[9]),
                "detail": {"from": [1], "categories": ["Circle"]},
            },
            entry("change", "A", places=[9], lines=[change], what="concession"),
            entry("refund", "A", amount="-22.50"),
        ]
    )
    rows = [(row.category, row.concession, row.count, row.gross) for row in figures.rows]
    assert rows == [("Circle", "Child", 1, D("22.50")), ("Stalls", "", 1, D("45.00"))]
    assert figures.kept == 0


def test_a_change_of_the_holder_changes_no_figure():
    entries = [*sale("A", sold(1)), entry("change", "A", what="holder", tickets=[7])]
    assert figures_of(entries).gross == 45


@pytest.fixture
def figures():
    """1,000.00 gross, 100.00 of it fees; tax of the tickets 58.88 (7 %), of the fees 15.97."""
    return figures_of(
        sale("A", *[sold(n, price="100.00", fee="10.00") for n in range(10)]),
    )


@pytest.mark.parametrize(
    ("deal", "share"),
    [
        (Deal(DealKind.FLAT, guarantee=D(500)), D(500)),
        (Deal(DealKind.PERCENTAGE, percentage=D(80)), D("672.90")),
        (Deal(DealKind.VERSUS, guarantee=D(700), percentage=D(80)), D(700)),
        (Deal(DealKind.VERSUS, guarantee=D(600), percentage=D(80)), D("672.90")),
        (Deal(DealKind.PLUS, guarantee=D(500), percentage=D(50), threshold=D(600)), D("620.56")),
        (Deal(DealKind.PLUS, guarantee=D(500), percentage=D(50), threshold=D(900)), D(500)),
        (Deal(DealKind.PERCENTAGE, percentage=D(80), keeps_fees=False), D("740.12")),
    ],
)
def test_the_share_follows_the_deal(figures, deal, share):
    result = settle(figures=figures, deal=deal)
    assert result.share == result.to_pay == share


def test_deductions_advances_and_earlier_settlements_are_subtracted(figures):
    result = settle(
        figures=figures,
        deal=Deal(DealKind.PERCENTAGE, percentage=D(80)),
        charges=D("20.00"),
        deductions=[("Hotel", D(100)), ("Catering", D("50.50"))],
        advances=D(200),
        settled_before=D(400),
    )
    assert (result.tax, result.net_box_office) == (D("58.88"), D("821.12"))
    assert result.share == D("656.90")
    assert result.to_pay == D("656.90") - D("150.50") - 200 - 400


def test_a_promoter_may_owe_money(figures):
    result = settle(figures=figures, deal=Deal(DealKind.FLAT, guarantee=D(100)), advances=D(150))
    assert result.to_pay == -50
