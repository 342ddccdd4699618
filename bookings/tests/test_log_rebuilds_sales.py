"""Sold places and amounts can be derived from the transaction log alone."""

from collections import Counter
from decimal import Decimal

import pytest

from bookings.aftersale.cancellation import cancel_tickets
from bookings.models import LedgerEntry, Order, Place
from payments.models import Payment, Refund

from .factories import age_hold, make_hold, make_order, make_paid_order, make_sale, pay

pytestmark = pytest.mark.django_db(transaction=True)


def rebuild():
    """Return the sold places by order, and the amounts, from the log in its order."""
    sold, money = {}, Decimal(0)
    for line in LedgerEntry.objects.order_by("pk"):
        if line.kind == "sale":
            sold.setdefault(line.order, set()).update(line.places)
        elif line.kind == "cancel":
            sold[line.order] -= set(line.places)
        elif line.kind in ("payment", "refund"):
            money += line.amount
    return {order: places for order, places in sold.items() if places}, money


def test_sales_can_be_rebuilt_from_the_log():
    performance = make_sale(keep_fee=True)
    orders = [
        make_paid_order(
            hold=make_hold(performance=performance, labels=[f"{row}1", f"{row}2"]),
            email=f"{row}@example.org".lower(),
        )
        for row in "ABCD"
    ]
    cancel_tickets(order=orders[0], actor="test")
    cancel_tickets(order=orders[1], actor="test", ticket_ids=[orders[1].tickets.first().pk])
    late = make_order(hold=make_hold(performance=performance, labels=["E1"]), email="e@x.org")
    age_hold(late.hold, minutes=30)
    make_hold(performance=performance, labels=["E1"])
    pay(late)

    sold, money = rebuild()

    expected = {}
    for order in Order.objects.paid():
        expected[order.reference] = set(order.tickets.valid().values_list("place_id", flat=True))
    assert sold == expected
    assert Counter(len(places) for places in sold.values()) == Counter({2: 2, 1: 1})
    assert sum(len(places) for places in sold.values()) == Place.objects.sold().count()
    taken = sum(Payment.objects.captured().values_list("amount", flat=True))
    assert money == taken - sum(Refund.objects.values_list("amount", flat=True))
