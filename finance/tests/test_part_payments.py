"""Transfers of another amount than the order's: parts that wait for the rest, and surpluses."""

from decimal import Decimal

import pytest
from django.db import connection

from bookings.exceptions import NotReserved, OrderAlreadyPaid
from bookings.ledger.audit import audit
from bookings.models import Order
from bookings.sale.reservations import cancel_reservation, lapse_reservations
from bookings.tests.factories import make_order, pay
from bookings.tests.test_reservations import end_reservation, make_reserved, transfer
from core.testing.races import race, winners
from emails.models import OutboxEmail
from emails.rendering import render_due_emails
from finance.bank import part_payments
from finance.bank.matching import assign_transfer, finish_matches
from finance.bank.part_payments import accept_transfer
from finance.exceptions import OtherAmount, TransferDecided
from finance.models import BankTransfer
from payments.models import Payment, Refund
from payments.refunds import record_manual_refund, send_refunds

from .statement_files import camt_entry
from .test_admin_bank import staff, url
from .test_bank_transfers import entry_for, load

pytestmark = pytest.mark.django_db(transaction=True)
Status = BankTransfer.Status


def arrived(order, amount, reference=None):
    """Import a statement with a transfer for the order, and return it; it is to be decided."""
    reference = reference or str(amount)
    load(entry_for(order, amount=Decimal(amount), reference=reference))
    return BankTransfer.objects.get(bank_reference=reference)


def accept(found, order):
    return accept_transfer(transfer=found, order=order, decided_by="staff:7")


def refunds():
    return list(Refund.objects.order_by("pk").values_list("amount", flat=True))


def kinds():
    return set(OutboxEmail.objects.values_list("kind", flat=True))


def test_a_part_leaves_the_order_reserved_and_the_customer_is_asked_for_the_rest():
    order = make_reserved()
    order = accept(arrived(order, 40), order)
    assert (order.status, order.received, order.amount_due) == ("reserved", 40, 50)
    assert not Payment.objects.exists() and not audit()
    render_due_emails()
    email = OutboxEmail.objects.get(kind="transfer_incomplete")
    assert "€40" in email.text and "€50" in email.text and order.reference in email.text


def test_the_exact_rest_pays_the_order_without_anybody():
    order = make_reserved()
    accept(arrived(order, 40), order)
    arrived(order, 50)
    order.refresh_from_db()
    assert (order.status, order.received) == ("paid", 0)
    payment = Payment.objects.get()
    assert (payment.amount, payment.taken_by) == (90, "statement")
    assert set(BankTransfer.objects.values_list("payment_key", "is_part", "status")) == {
        (payment.key, True, "matched"),
        (payment.key, False, "matched"),
    }
    assert not Refund.objects.exists() and not audit()


def test_parts_that_exceed_the_price_pay_it_and_the_difference_is_refunded():
    order = make_reserved()
    accept(arrived(order, 40), order)
    order = accept(arrived(order, 60), order)
    assert order.status == "paid"
    assert refunds() == [10] and not audit()
    render_due_emails()
    assert "€10" in OutboxEmail.objects.get(kind="transfer_surplus").text


def test_too_much_is_accepted_with_the_difference_refunded():
    order = make_reserved()
    found = arrived(order, 100)
    assert found.problem == BankTransfer.Problem.OTHER_AMOUNT
    order = accept(found, order)
    assert order.status == "paid"
    assert sorted(Payment.objects.values_list("amount", flat=True)) == [10, 90]
    send_refunds()
    record_manual_refund(Refund.objects.get(), by="staff:1")
    assert refunds() == [10] and not audit()


def test_too_much_is_also_accepted_after_the_reservation_if_the_seats_are_left():
    order = make_reserved()
    end_reservation(order)
    lapse_reservations()
    assert accept(arrived(order, 100), order).status == "paid"
    assert refunds() == [10] and not audit()


@pytest.mark.parametrize("end", ["lapse", "cancel", "paid online"])
def test_a_part_is_sent_back_when_the_rest_is_no_longer_awaited(end):
    order = make_reserved()
    accept(arrived(order, 40), order)
    if end == "lapse":
        end_reservation(order)
        lapse_reservations()
    elif end == "cancel":
        cancel_reservation(order=order, actor="staff:1")
    else:
        pay(order)
    assert finish_matches() == 1
    assert finish_matches() == 0
    order.refresh_from_db()
    assert (refunds(), order.received) == ([40], 0)
    assert not audit()


def test_a_part_waits_as_long_as_the_order_is_reserved():
    order = make_reserved()
    accept(arrived(order, 40), order)
    assert finish_matches() == 0
    assert BankTransfer.objects.get().status == Status.PART


def test_the_rest_that_staff_record_by_hand_belongs_to_the_parts():
    order = make_reserved()
    accept(arrived(order, 40), order)
    transfer(order)
    finish_matches()
    assert not Refund.objects.exists()
    rest = arrived(order, 50)
    assert (rest.status, rest.payment_key) == ("matched", Payment.objects.get().key)
    assert not audit()


def test_a_part_is_refused_for_orders_that_await_no_transfer():
    order = make_order(email="other@example.org")
    found = arrived(order, 40)
    with pytest.raises(NotReserved):
        accept(found, order)
    pay(order)
    with pytest.raises(OrderAlreadyPaid):
        accept(found, order)
    found.refresh_from_db()
    assert found.status == Status.TO_DO


def test_another_currency_is_refused():
    order = make_reserved()
    found = arrived(order, 40)
    BankTransfer.objects.update(currency="CHF")
    found.refresh_from_db()
    with pytest.raises(OtherAmount):
        accept(found, order)


def test_assigning_says_what_is_still_due():
    order = make_reserved()
    order = accept(arrived(order, 40), order)
    with pytest.raises(OtherAmount) as refusal:
        assign_transfer(transfer=arrived(order, 45), order=order, decided_by="staff:7")
    assert "€50" in str(refusal.value)


def test_a_transfer_accepted_twice_at_once_counts_once():
    order = make_reserved()
    found = arrived(order, 40)
    outcomes = race(lambda: accept(found, order), lambda: accept(found, order))
    assert len(winners(outcomes)) == 1
    order.refresh_from_db()
    assert order.received == 40 and not audit()


def test_two_parts_accepted_at_once_pay_the_order_once():
    order = make_reserved()
    first, second = arrived(order, 50, "a"), arrived(order, 60, "b")
    race(lambda: accept(first, order), lambda: accept(second, order))
    finish_matches()
    order.refresh_from_db()
    assert order.status == "paid"
    assert Payment.objects.for_purpose(order.reference).captured().count() == 1
    assert refunds() == [20] and not audit()


def test_accepting_and_lapsing_at_once_loses_no_money():
    order = make_reserved()
    found = arrived(order, 40)
    end_reservation(order)
    race(lambda: accept(found, order), lapse_reservations)
    lapse_reservations()
    finish_matches()
    found.refresh_from_db()
    assert refunds() == ([40] if found.status == "matched" else [])
    assert found.status in ("matched", "to_do") and not audit()


@pytest.mark.parametrize("step", ["settle_parts", "_return_surplus"])
def test_a_process_that_ends_too_early_is_completed(step, monkeypatch):
    order = make_reserved()
    accept(arrived(order, 40), order)
    found = arrived(order, 60)
    with monkeypatch.context() as patched:
        patched.setattr(part_payments, step, lambda *args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            accept(found, order)
    finish_matches()
    order.refresh_from_db()
    assert order.status == "paid"
    assert refunds() == [10] and not audit()


@pytest.mark.parametrize(
    ("rule", "damage"),
    [
        ("bank_transfer_has_payment", "UPDATE finance_banktransfer SET amount = amount + 1"),
        (
            "transfer_surplus_is_refunded",
            "UPDATE finance_banktransfer SET surplus = surplus + 1, amount = amount + 1, "
            "decided_at = now() - interval '2 hours'",
        ),
        ("part_payments_wait", "UPDATE bookings_order SET received = 1"),
    ],
)
def test_the_audit_finds_the_damage(rule, damage):
    order = make_reserved()
    accept(arrived(order, 100), order)
    with connection.cursor() as cursor:
        cursor.execute(damage)
    assert rule in {finding.rule for finding in audit()}


def test_finance_accepts_a_part_in_the_admin():
    order, browser = make_reserved(), staff()
    found = arrived(order, 40)
    page = browser.get(url("accept_difference", found)).content.decode()
    assert order.reference in page
    data = {"confirmed": "yes", "reference": order.reference}
    response = browser.post(url("accept_difference", found), data, follow=True)
    assert "asked for the remaining €50" in response.content.decode()
    again = browser.post(url("accept_difference", found), data)
    assert again.status_code == 422 and str(TransferDecided()) in again.content.decode()
    load(camt_entry("60.00", order.reference, reference="z"))
    browser.post(url("accept_difference", BankTransfer.objects.get(bank_reference="z")), data)
    assert Order.objects.get().status == "paid" and refunds() == [10]
