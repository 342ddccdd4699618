from dataclasses import replace
from decimal import Decimal

import pytest

from bookings.exceptions import QuoteChanged
from bookings.ledger.audit import audit
from bookings.models import LedgerEntry, Order
from bookings.sale.orders import place_order
from bookings.sale.quotes import quote_hold
from bookings.staff_operations.price_changes import PricesChanged, change_prices
from bookings.tests.factories import (
    make_customer,
    make_hold,
    make_order,
    make_paid_order,
    make_sale,
    pay,
)
from shows.models import PriceCategory
from shows.pricing import PriceOperation, new_prices
from shows.terms import terms_of

pytestmark = pytest.mark.django_db


def raised(performance, number="5"):
    categories = performance.price_categories.select_related("performance")
    return new_prices(
        categories,
        way=PriceOperation.AMOUNT,
        number=Decimal(number),
        step=Decimal("0.01"),
        fee_follows=False,
    )


def reprice(performance, changes=None):
    change_prices(
        performance=performance,
        changes=changes or raised(performance),
        actor="staff:1",
        reason="Demand",
    )


def test_it_applies_at_once_and_is_logged():
    performance = make_sale()
    terms_of(performance.pk)
    reprice(performance)
    [term] = terms_of(performance.pk).categories.values()
    assert (term.price, term.fee) == (50, 5)
    entry = LedgerEntry.objects.get(kind="price_change")
    assert (entry.actor, entry.detail["reason"]) == ("staff:1", "Demand")
    [change] = entry.detail["prices"]
    assert (change["category"], change["before"], change["after"]) == ("Regular", "45.00", "50.00")


def test_a_basket_must_be_confirmed_again():
    hold = make_hold()
    seen = quote_hold(hold).token
    reprice(hold.performance)
    with pytest.raises(QuoteChanged) as refused:
        place_order(
            hold=hold,
            quote_token=seen,
            customer=make_customer(),
            email="alice@example.org",
            name="Alice",
        )
    assert refused.value.quote.total == 100
    assert not Order.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_orders_and_tickets_keep_their_prices():
    sold = make_paid_order()
    waiting = make_order(hold=make_hold(performance=sold.performance, labels=["A5"]))
    reprice(sold.performance)
    pay(waiting)
    for order, total in ((sold, 90), (waiting, 45)):
        order.refresh_from_db()
        assert (order.status, order.total) == ("paid", total)
        assert {ticket.price for ticket in order.tickets.all()} == {Decimal(45)}
    assert audit() == []


def test_it_refuses_prices_changed_by_someone_else_meanwhile():
    performance = make_sale()
    changes = raised(performance)
    PriceCategory.objects.filter(performance=performance).update(price=60)
    with pytest.raises(PricesChanged):
        reprice(performance, changes)
    assert performance.price_categories.get().price == 60
    assert not LedgerEntry.objects.filter(kind="price_change").exists()


def test_it_refuses_categories_of_another_performance():
    performance, other = make_sale(), make_sale()
    strange = [replace(change, performance_id=performance.pk) for change in raised(other)]
    with pytest.raises(PricesChanged):
        reprice(performance, strange)
    assert other.price_categories.get().price == 45
