"""Every captured payment issues tickets or is refunded, however often and late it is reported."""

import pytest

from bookings.ledger.audit import audit
from bookings.models import Order, Place, Ticket
from bookings.sale.customers import Customer
from bookings.sale.holds import hold_seats
from bookings.sale.orders import place_order, start_order_payment
from bookings.sale.quotes import quote_hold
from core.testing.races import race
from emails.models import OutboxEmail
from payments.charges import pay_url, receive_event, settle_payment
from payments.models import DemoCharge, Payment, Refund
from payments.providers import Event
from shows.models import Performance

from .factories import age_hold, make_hold, make_order, make_sale, pay, seats_of

pytestmark = pytest.mark.django_db(transaction=True)


def start(order):
    payment = start_order_payment(order=order, return_url="/")
    pay_url(payment)
    return payment


def capture_charge(payment):
    DemoCharge.objects.filter(key=payment.key).update(status=DemoCharge.Status.PAID)


def kinds():
    return sorted(OutboxEmail.objects.values_list("kind", flat=True))


@pytest.fixture(autouse=True)
def assert_audit_is_clean():
    yield
    assert audit() == []


def test_a_payment_issues_the_tickets():
    order = make_order()
    pay(order)
    order.refresh_from_db()
    assert order.status == Order.Status.PAID
    assert order.tickets.valid().count() == Place.objects.sold().count() == 2
    assert kinds() == ["order_confirmation"]


def test_fifty_concurrent_events_sell_once():
    payment = start(make_order())
    capture_charge(payment)
    race(
        *[
            lambda number=number: receive_event(
                provider="demo",
                event=Event(f"event-{number}", "charge.paid", key=payment.key),
            )
            for number in range(50)
        ]
    )
    assert Ticket.objects.valid().count() == 2
    assert not Refund.objects.exists()
    assert kinds() == ["order_confirmation"]


def test_a_late_payment_gets_its_places_back_while_they_are_available():
    order = make_order()
    payment = start(order)
    age_hold(order.hold, minutes=30)
    capture_charge(payment)
    settle_payment(payment)
    order.refresh_from_db()
    assert order.status == Order.Status.PAID
    assert Ticket.objects.valid().count() == 2


def test_a_late_payment_is_refunded_when_one_place_is_unavailable():
    performance = make_sale()
    order = make_order(hold=make_hold(performance=performance, labels=["A1", "A2"]))
    payment = start(order)
    age_hold(order.hold, minutes=30)
    make_hold(performance=performance, labels=["A2"])
    capture_charge(payment)
    settle_payment(payment)
    order.refresh_from_db()
    assert order.status == Order.Status.LAPSED
    assert Refund.objects.get().amount == order.total
    assert not Ticket.objects.exists()
    assert kinds() == ["payment_returned"]


def test_a_second_payment_for_a_paid_order_is_refunded():
    order = make_order()
    first = start(order)
    Payment.objects.filter(pk=first.pk).update(status="failed")
    second = start(order)
    for payment in (first, second):
        capture_charge(payment)
        payment.refresh_from_db()
        settle_payment(payment)
    assert Refund.objects.get().payment == second
    assert Ticket.objects.valid().count() == 2


def test_a_payment_for_a_basket_that_has_changed_is_refunded():
    performance, customer = make_sale(), Customer("bob")
    hold = make_hold(performance=performance, labels=["A1"], customer=customer)
    order = make_order(hold=hold)
    payment = start(order)
    hold_seats(
        performance_id=performance.pk, seat_ids=seats_of(performance, "A2"), customer=customer
    )
    make_order(hold=hold)
    capture_charge(payment)
    settle_payment(payment)
    assert Refund.objects.get().amount == 45
    assert not Ticket.objects.exists()


def test_places_added_to_the_basket_after_the_order_are_released():
    performance, customer = make_sale(), Customer("bob")
    hold = make_hold(performance=performance, labels=["A1"], customer=customer)
    order = make_order(hold=hold)
    payment = start(order)
    hold_seats(
        performance_id=performance.pk, seat_ids=seats_of(performance, "A2"), customer=customer
    )
    capture_charge(payment)
    settle_payment(payment)
    assert Ticket.objects.valid().count() == 1
    assert Place.objects.held_at().count() == 0


def test_a_payment_for_a_cancelled_performance_is_refunded():
    order = make_order()
    payment = start(order)
    Performance.objects.filter(pk=order.performance_id).update(status="cancelled")
    capture_charge(payment)
    settle_payment(payment)
    assert Refund.objects.get().amount == order.total


def test_a_late_payment_cannot_exceed_the_limit():
    performance = make_sale(customer_limit=2)
    payments = []
    for row in "ABC":
        hold = make_hold(performance=performance, labels=[f"{row}1", f"{row}2"])
        payments.append(start(make_order(hold=hold)))
        age_hold(hold, minutes=30)
    Order.objects.update(status="lapsed")
    for payment in payments:
        capture_charge(payment)
    race(*[lambda payment=payment: settle_payment(payment) for payment in payments])
    assert Ticket.objects.valid().count() == 2
    assert Refund.objects.count() == 2


def test_a_payment_for_an_unknown_order_is_refunded():
    payment = start(make_order())
    Payment.objects.filter(pk=payment.pk).update(purpose="NOBODY")
    payment.refresh_from_db()
    capture_charge(payment)
    settle_payment(payment)
    assert Refund.objects.get().key == f"unknown:{payment.key}"


def test_a_free_order_needs_no_payment():
    performance = make_sale(prices={"Regular": 0})
    hold = make_hold(performance=performance)
    order = place_order(
        hold=hold,
        quote_token=quote_hold(hold).token,
        customer=Customer(hold.visitor),
        email="alice@example.org",
        name="Alice",
    )
    assert order.status == Order.Status.PAID
    assert order.tickets.valid().count() == 2
    assert not Payment.objects.exists()
