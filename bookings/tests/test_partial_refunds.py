"""Refund a part of the price while the tickets stay valid: exact, once, never too much."""

from decimal import Decimal

import pytest

from bookings.aftersale.cancellation import cancel_tickets
from bookings.aftersale.partial_refunds import AmountTooHigh, refund_amount
from bookings.aftersale.refunds import refundable_balance
from bookings.ledger.audit import audit
from bookings.models import LedgerEntry
from core.testing.races import race
from emails.models import OutboxEmail
from emails.rendering import preview
from payments.models import DemoCharge, Refund
from payments.refunds import send_refunds

from .factories import make_order, make_paid_order

pytestmark = pytest.mark.django_db(transaction=True)


def back(order, amount, request_key="one"):
    return refund_amount(
        order=order,
        amount=Decimal(amount),
        actor="staff:1",
        reason="Bad view.",
        request_key=request_key,
    )


def test_the_amounts_agree_on_both_sides():
    order = make_paid_order()
    back(order, "0.01")
    back(order, "33.33", request_key="two")
    send_refunds()
    assert DemoCharge.objects.get().refunded == Decimal("33.34")
    assert refundable_balance(order) == Decimal("56.66")
    assert order.tickets.valid().count() == 2
    entry = LedgerEntry.objects.filter(kind="refund").first()
    assert (entry.amount, entry.actor) == (Decimal("-33.33"), "staff:1")
    assert entry.detail["reason"] == "Bad view."
    assert not audit()


def test_the_customer_is_notified_of_the_amount():
    back(make_paid_order(), "10.50")
    message = preview(OutboxEmail.objects.get(kind="partial_refund"))
    assert "€10.50" in message.text and "Your tickets remain valid." in message.text


def test_the_same_request_key_refunds_once():
    order = make_paid_order()
    assert back(order, "10") == back(order, "10")
    assert OutboxEmail.objects.filter(kind="partial_refund").count() == 1
    assert LedgerEntry.objects.filter(kind="refund").count() == 1


@pytest.mark.parametrize("amount", ["90.01", "0", "-5"])
def test_the_amount_is_between_a_cent_and_the_balance(amount):
    with pytest.raises(AmountTooHigh):
        back(make_paid_order(), amount)
    assert not Refund.objects.exists()


def test_an_unpaid_order_cannot_be_refunded():
    with pytest.raises(AmountTooHigh) as refused:
        back(make_order(), "1")
    assert "Nothing left" in str(refused.value)


def test_cancelling_afterwards_refunds_the_balance():
    order = make_paid_order()
    back(order, "12.34")
    cancel_tickets(order=order, actor="staff:1", by_staff=True)
    send_refunds()
    assert DemoCharge.objects.get().refunded == Decimal("90.00")
    with pytest.raises(AmountTooHigh):
        back(order, "0.01", request_key="two")
    assert not audit()


def test_concurrent_refunds_never_exceed_what_was_paid():
    order = make_paid_order()
    outcomes = race(lambda: back(order, "60", "one"), lambda: back(order, "60", "two"))
    assert [type(outcome.error) for outcome in outcomes].count(AmountTooHigh) == 1
    assert Refund.objects.get().amount == Decimal("60.00")
    assert not audit()
