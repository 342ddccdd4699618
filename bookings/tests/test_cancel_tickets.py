"""Cancel tickets: exact refunds, places released at once, each ticket once."""

from datetime import timedelta
from decimal import Decimal

import pytest

from bookings.aftersale.cancellation import cancel_tickets
from bookings.exceptions import CannotCancel, PlacesUnavailable
from bookings.ledger.audit import audit
from bookings.models import LedgerEntry, Order, Place, Ticket
from core.testing.races import losers, race, winners
from payments.models import DemoCharge, Refund
from payments.refunds import send_refunds

from .factories import make_hold, make_order, make_paid_order, make_sale, pay

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def assert_audit_is_clean():
    yield
    assert audit() == []


def test_the_places_are_on_sale_again_at_once():
    performance = make_sale()
    order = make_paid_order(hold=make_hold(performance=performance))
    cancel_tickets(order=order, actor="test")
    assert Place.objects.sold().count() == 0
    assert make_hold(performance=performance, labels=["A1", "A2"])


def test_the_money_goes_back_to_the_cent_on_both_sides():
    performance = make_sale(prices={"Regular": ("45.10", "3.33")})
    order = make_paid_order(hold=make_hold(performance=performance))
    cancel_tickets(order=order, actor="test")
    send_refunds()
    assert Refund.objects.get().amount == DemoCharge.objects.get().refunded == Decimal("90.20")
    money = LedgerEntry.objects.filter(kind__in=["payment", "refund"])
    assert list(money.order_by("pk").values_list("amount", flat=True)) == [
        Decimal("90.20"),
        Decimal("-90.20"),
    ]


def test_the_fee_is_kept_where_the_performance_says_so():
    performance = make_sale(prices={"Regular": ("45.10", "3.33")}, keep_fee=True)
    order = make_paid_order(hold=make_hold(performance=performance))
    cancel_tickets(order=order, actor="test")
    assert Refund.objects.get().amount == Decimal("83.54")


def test_one_ticket_of_two():
    order = make_paid_order()
    first, second = order.tickets.order_by("pk")
    order = cancel_tickets(order=order, actor="test", ticket_ids=[first.pk])
    assert (order.status, order.quantity) == (Order.Status.PAID, 1)
    order = cancel_tickets(order=order, actor="test", ticket_ids=[second.pk])
    assert (order.status, order.quantity) == (Order.Status.CANCELLED, 0)
    assert sum(Refund.objects.values_list("amount", flat=True)) == order.total


def test_customers_may_until_the_deadline_and_staff_always():
    performance = make_sale(starts_in=timedelta(hours=40), cancel_until_hours=48)
    order = make_paid_order(hold=make_hold(performance=performance))
    with pytest.raises(CannotCancel):
        cancel_tickets(order=order, actor="test")
    assert Ticket.objects.valid().count() == 2
    cancel_tickets(order=order, actor="staff:1", by_staff=True)
    assert Ticket.objects.valid().count() == 0


def test_pressed_by_many_at_once_it_is_refunded_once():
    order = make_paid_order()
    press = lambda: cancel_tickets(order=order, actor="test")  # noqa: E731
    outcomes = race(*[press] * 8)
    losers(outcomes, CannotCancel)
    assert Refund.objects.get().amount == order.total


def test_cancelling_while_others_buy_never_sells_a_place_twice():
    """One order returns two seats while twelve buyers want them: each is sold at most once."""
    performance = make_sale()
    order = make_paid_order(hold=make_hold(performance=performance, labels=["A1", "A2"]))

    def reach(number):
        hold = make_hold(performance=performance, labels=["A1", "A2"])
        bought = make_order(hold=hold, email=f"{number}@example.org")
        pay(bought)
        return bought

    outcomes = race(
        lambda: cancel_tickets(order=order, actor="test"),
        *[lambda number=number: reach(number) for number in range(12)],
    )
    losers(outcomes, PlacesUnavailable)
    buyers = [outcome for outcome in winners(outcomes) if outcome.pk != order.pk]
    assert len(buyers) <= 2  # Two buyers can each have got one of the seats.
    assert Ticket.objects.valid().count() == Place.objects.sold().count()
