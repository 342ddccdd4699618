"""Tax rates are frozen on each ticket when it is sold."""

from decimal import Decimal

import pytest
from django.db import IntegrityError

from bookings.aftersale.ticket_changes import change_concessions, difference_of
from bookings.models import LedgerEntry, Order, Ticket
from bookings.sale.concessions import choose_concessions
from bookings.sale.order_tax import tax_lines
from bookings.sale.quotes import quote_hold
from core.tax import TaxLine, TaxRates
from shows.models import Concession, PriceCategory
from shows.terms import clear_cached_terms
from venues.models import Venue

from .factories import make_hold, make_order, make_paid_order, make_sale, pay

pytestmark = pytest.mark.django_db(transaction=True)

SEVEN, NINETEEN = Decimal(7), Decimal(19)


@pytest.fixture
def sale():
    performance = make_sale(concessions={"School": 60})
    Venue.objects.update(tax_rate=7, fee_tax_rate=19)
    Concession.objects.update(tax_rate=0, tax_exemption="§ 4 Nr. 21 UStG")
    clear_cached_terms()
    return performance


def test_each_ticket_keeps_the_rates_at_which_it_was_sold(sale):
    order = make_paid_order(performance=sale)
    Venue.objects.update(tax_rate=10, fee_tax_rate=20)
    PriceCategory.objects.update(tax_rate=11)
    clear_cached_terms()

    assert {ticket.tax_rates for ticket in order.tickets.all()} == {TaxRates(SEVEN, NINETEEN)}
    assert tax_lines(order) == [
        TaxLine(NINETEEN, Decimal(10), Decimal("8.40"), Decimal("1.60")),
        TaxLine(SEVEN, Decimal(80), Decimal("74.77"), Decimal("5.23")),
    ]


def test_rates_are_those_that_the_customer_saw_when_ordering(sale):
    order = make_order(performance=sale)
    Venue.objects.update(tax_rate=10, fee_tax_rate=20)
    clear_cached_terms()
    pay(order)
    assert {ticket.tax_rates for ticket in order.tickets.all()} == {TaxRates(SEVEN, NINETEEN)}


def test_an_exempt_ticket_names_the_reason(sale):
    hold = make_hold(performance=sale)
    first, second = hold.places.order_by("pk")
    school = Concession.objects.get().pk
    choose_concessions(hold=hold, chosen={first.pk: school})
    hold.refresh_from_db()
    order = make_paid_order(hold=hold)
    # 18.00 and 45.00, each with a fee of 5.00.
    assert [(line.rate, line.gross, line.exemption) for line in tax_lines(order)] == [
        (NINETEEN, Decimal(10), ""),
        (SEVEN, Decimal(40), ""),
        (Decimal(0), Decimal(13), "§ 4 Nr. 21 UStG"),
    ]


def test_the_tax_of_a_refund_is_that_of_its_tickets(sale):
    order = make_paid_order(performance=sale)
    ticket = order.tickets.first()
    assert [line.gross for line in tax_lines(order, tickets=[ticket])] == [Decimal(5), Decimal(40)]
    assert [line.gross for line in tax_lines(order, tickets=[ticket], without_fees=True)] == [40]


def test_only_valid_tickets_count(sale):
    order = make_paid_order(performance=sale)
    ticket = order.tickets.first()
    Ticket.objects.filter(pk=ticket.pk).update(status="cancelled", cancelled_at=order.paid_at)
    assert sum(line.gross for line in tax_lines(order)) == 45


def test_an_order_of_the_version_before_has_no_rates(sale):
    order = make_order(performance=sale)
    Order.objects.filter(pk=order.pk).update(tax_rates=[])
    pay(order)
    assert {ticket.tax_rates for ticket in order.tickets.all()} == {TaxRates()}


def test_the_stored_lines_can_be_read_by_the_version_before(sale):
    """The previous version rejects unknown keys."""
    order = make_order(performance=sale)
    known = {"place", "label", "category", "price", "fee", "concession", "concession_id"}
    assert all(set(line) == known | {"seat", "colour"} for line in order.quote)


def test_a_changed_concession_changes_the_rates(sale):
    order = make_paid_order(performance=sale)
    ticket = order.tickets.select_related("place").first()
    chosen = {ticket.pk: "School"}
    seen = difference_of(order=order, tickets=[ticket], concessions=chosen).token
    change_concessions(order=order, concessions=chosen, seen=seen, actor="test")
    ticket.refresh_from_db()
    assert ticket.tax_rates == TaxRates(Decimal(0), NINETEEN, "§ 4 Nr. 21 UStG")
    [line] = LedgerEntry.objects.get(kind="change").detail["lines"]
    assert (line["place"], line["old_price"], line["price"]) == (ticket.place_id, "45.00", "18.00")
    assert line["tax"] == ["0", "19", "§ 4 Nr. 21 UStG"]


def test_a_quote_with_other_rates_has_another_token(sale):
    hold = make_hold(performance=sale)
    before = quote_hold(hold)
    Venue.objects.update(tax_rate=10)
    clear_cached_terms()
    assert not quote_hold(hold).matches(before.token)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"tax_rate": -1}, "ticket_tax_is_a_percentage"),
        ({"fee_tax_rate": 101}, "ticket_tax_is_a_percentage"),
        ({"tax_exemption": "§ 4"}, "ticket_exemption_is_of_a_zero_rate"),
    ],
)
def test_the_database_refuses(sale, fields, constraint):
    make_paid_order(performance=sale)
    with pytest.raises(IntegrityError, match=constraint):
        Ticket.objects.update(**fields)


def test_the_stored_rates_have_a_limit(sale):
    order = make_order(performance=sale)
    import secrets

    order.tax_rates = [["7", "19", secrets.token_hex(200_000)]]
    with pytest.raises(IntegrityError, match="order_tax_rates_have_a_limit"):
        order.save()
