"""Transfers of imported statements: stored once, matched once, the rest decided by hand."""

from decimal import Decimal

import pytest
from django.db import IntegrityError
from django.utils import timezone

from bookings.exceptions import OrderAlreadyPaid
from bookings.ledger.audit import audit
from bookings.models import Order
from bookings.sale.orders import start_order_payment
from bookings.tests.factories import make_hold, make_order, make_sale, pay
from bookings.tests.test_reservations import end_reservation, make_reserved, transfer
from core.testing.races import meet_after, race, winners
from finance.bank import matching
from finance.bank.claims import claim
from finance.bank.importing import import_statement
from finance.bank.matching import (
    assign_transfer,
    finish_matches,
    ignore_transfer,
    match_new_transfers,
    references_in,
    return_transfer,
)
from finance.exceptions import OtherAmount, TransferDecided
from finance.models import BankStatement, BankTransfer
from payments.charges import settle_payment
from payments.models import DemoCharge, Payment, Refund
from payments.refunds import record_manual_refund, send_refunds

from .statement_files import DAY, camt_entry, camt_file, mt940_file

pytestmark = pytest.mark.django_db(transaction=True)
Status, Problem = BankTransfer.Status, BankTransfer.Problem


def load(*entries):
    return import_statement(
        file_name="november.xml", content=camt_file(*entries), imported_by="staff:1"
    )


def entry_for(order, **fields):
    fields = {"text": f"Tickets {order.reference}", "reference": order.reference} | fields
    return camt_entry(f"{fields.pop('amount', order.total):.2f}", **fields)


def state():
    found = BankTransfer.objects.order_by("pk")
    return [(one.status, one.problem) for one in found]


@pytest.mark.parametrize("text", ["{0}", "{0}/Alice", "rechnung{0}danke", "AB {1} {2}", "{3}"])
def test_a_transfer_with_reference_and_amount_pays_its_order(text):
    order = make_reserved()
    ref = order.reference
    text = text.format(ref, ref[:3], ref[3:], ref.lower())
    statement = load(entry_for(order, text=text))
    assert (statement.transfers_total, statement.transfers_new) == (1, 1)
    order.refresh_from_db()
    assert order.status == Order.Status.PAID
    payment = Payment.objects.get()
    assert (payment.provider, payment.taken_by) == ("transfer", "statement")
    found = BankTransfer.objects.get()
    assert (found.status, found.payment_key, found.order) == ("matched", payment.key, ref)
    assert not audit()


def test_mt940_does_the_same():
    order = make_reserved()
    amount = f"{order.total:.2f}".replace(".", ",")
    content = mt940_file((amount, f"Nachtmusik Tickets {order.reference}", "R"))
    import_statement(file_name="x.sta", content=content, imported_by="staff:1")
    order.refresh_from_db()
    assert order.status == Order.Status.PAID


def test_importing_a_file_again_changes_nothing():
    order = make_reserved()
    load(entry_for(order))
    again = load(entry_for(order), camt_entry("5.00", "Rent"))
    assert (again.transfers_total, again.transfers_new) == (2, 1)
    assert Payment.objects.count() == 1 and not Refund.objects.exists()


def test_others_are_left_to_do_and_say_why():
    order, other = make_reserved(), make_order(email="other@example.org")
    load(
        camt_entry("12.00", "Rent", reference="1"),
        entry_for(order, text=f"{order.reference} {other.reference}", reference="2"),
        entry_for(order, amount=order.total - 1, reference="3"),
    )
    assert sorted(state()) == [
        (Status.TO_DO, Problem.OTHER_AMOUNT),
        (Status.TO_DO, Problem.NO_ORDER),
        (Status.TO_DO, Problem.SEVERAL_ORDERS),
    ]
    assert not Payment.objects.exists()


def test_a_second_transfer_for_an_order_is_left_to_do_and_can_be_sent_back():
    order = make_reserved()
    load(entry_for(order, reference="1"))
    load(entry_for(order, reference="2"))
    second = BankTransfer.objects.get(status=Status.TO_DO)
    assert second.problem == Problem.ALREADY_PAID
    with pytest.raises(OrderAlreadyPaid):
        assign_transfer(transfer=second, order=order, decided_by="staff:1")
    return_transfer(transfer=second, decided_by="staff:1", reason="Paid twice.")
    send_refunds()
    refund = Refund.objects.get()
    assert (refund.amount, refund.status) == (order.total, Refund.Status.FAILED)
    record_manual_refund(refund, by="staff:1")
    assert not audit()


def test_a_transfer_that_staff_recorded_before_is_that_payment():
    order = transfer(make_reserved())
    load(entry_for(order))
    assert BankTransfer.objects.get().payment_key == Payment.objects.get().key
    assert not Refund.objects.exists()
    assert not audit()


def test_staff_assign_a_transfer_without_reference():
    order = make_reserved()
    load(entry_for(order, text="Concert tickets"))
    found = BankTransfer.objects.get()
    paid = assign_transfer(transfer=found, order=order, decided_by="staff:7")
    assert paid.status == Order.Status.PAID
    assert Payment.objects.get().taken_by == "staff:7"
    with pytest.raises(TransferDecided):
        ignore_transfer(transfer=found, decided_by="staff:1", reason="x")
    assert not audit()


def test_only_the_exact_amount_can_be_assigned():
    order = make_reserved()
    load(entry_for(order, amount=order.total + 1))
    with pytest.raises(OtherAmount):
        assign_transfer(transfer=BankTransfer.objects.get(), order=order, decided_by="staff:1")
    assert not Payment.objects.exists()


def test_an_ignored_transfer_pays_nothing_afterwards():
    order = make_reserved()
    load(entry_for(order, text="x"))
    found = BankTransfer.objects.get()
    ignore_transfer(transfer=found, decided_by="staff:1", reason="Rent.")
    with pytest.raises(TransferDecided):
        assign_transfer(transfer=found, order=order, decided_by="staff:1")
    assert not Payment.objects.exists()


def test_a_match_whose_process_was_killed_is_finished(monkeypatch):
    order = make_reserved()
    with monkeypatch.context() as killed:
        killed.setattr(matching, "settle_payment", lambda *args, **kwargs: 1 / 0)
        load(entry_for(order))
    assert Payment.objects.get().status == "open" and audit()
    assert [finish_matches(), finish_matches()] == [1, 0]
    order.refresh_from_db()
    assert order.status == Order.Status.PAID
    assert not audit()


# --- Races --------------------------------------------------------------------------------------


def test_the_same_file_imported_several_times_at_once_is_stored_and_matched_once():
    orders = [make_reserved(email=f"{n}@x.org") for n in range(4)]
    entries = [entry_for(order) for order in orders]
    outcomes = race(*[lambda: load(*entries)] * 4)
    match_new_transfers()
    assert len(winners(outcomes)) == 4
    assert sum(statement.transfers_new for statement in BankStatement.objects.all()) == 4
    assert state() == [(Status.MATCHED, "")] * 4
    assert Payment.objects.captured().count() == 4 and not Refund.objects.exists()
    assert Order.objects.paid().count() == 4
    assert not audit()


def test_without_the_claim_a_transfer_is_matched_twice(monkeypatch):
    """The control: the claim is what makes the second of two processes stop."""
    order = make_reserved()
    monkeypatch.setattr("finance.bank.importing.match_new_transfers", lambda: False)
    load(entry_for(order))
    found = BankTransfer.objects.get()
    matching._pay(found, order, "statement")
    with pytest.raises(TransferDecided):
        claim(found, Payment.objects.get(), "statement")
    BankTransfer.objects.update(status=Status.NEW, payment_key="", decided_at=None)
    assert claim(found, Payment.objects.get(), "statement")


def test_a_transfer_arrives_at_the_moment_the_reservation_lapses_and_others_buy():
    from bookings.sale.reservations import lapse_reservations

    performance = make_sale()
    orders = [
        make_reserved(hold=make_hold(performance=performance, labels=[f"A{n}"]), email=f"{n}@x.org")
        for n in range(1, 6)
    ]
    for order in orders:
        end_reservation(order)
    content = [entry_for(order) for order in orders]
    buyers = [lambda n=n: make_hold(performance=performance, labels=[f"A{n}"]) for n in range(1, 6)]
    race(lambda: load(*content), lapse_reservations, *buyers)
    lapse_reservations()
    assert Payment.objects.captured().count() == 5
    for order in orders:
        order.refresh_from_db()
        refunded = Refund.objects.filter(payment__purpose=order.reference).exists()
        assert refunded == (order.status != Order.Status.PAID)
    assert not audit()


def test_a_customer_pays_by_card_while_the_transfer_arrives():
    """One pays the order; the other is refunded, or left to staff to send back."""
    orders = [make_reserved(email=f"{n}@x.org") for n in range(4)]
    for order in orders:
        payment = start_order_payment(order=order, return_url="/back/")
        DemoCharge.objects.create(
            key=payment.key, amount=payment.amount, currency="EUR", status="paid", return_url="/"
        )
    cards = list(Payment.objects.all())
    race(
        lambda: load(*[entry_for(order) for order in orders]),
        *[lambda card=card: settle_payment(card) for card in cards],
    )
    for order in orders:
        order.refresh_from_db()
        assert order.status == Order.Status.PAID
        captured = Payment.objects.captured().for_purpose(order.reference)
        refunds = Refund.objects.filter(payment__purpose=order.reference)
        left = BankTransfer.objects.filter(order=order.reference, status=Status.TO_DO)
        assert captured.count() + left.count() == 2
        assert refunds.count() == captured.count() - 1
    assert not audit()


def test_two_staff_assign_a_transfer_to_two_orders_at_once(monkeypatch):
    first, second = make_reserved(), make_reserved(email="b@x.org")
    load(entry_for(first, text="x"))
    found = BankTransfer.objects.get()
    meet_after(monkeypatch, matching, "start_transfer", 2)
    outcomes = race(
        lambda: assign_transfer(transfer=found, order=first, decided_by="staff:1"),
        lambda: assign_transfer(
            transfer=BankTransfer.objects.get(), order=second, decided_by="staff:2"
        ),
    )
    assert len(winners(outcomes)) == 1
    assert Order.objects.paid().count() == 1
    assert not audit()


# --- Constraints --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("bank_transfer_is_positive", {"amount": 0}),
        (
            "matched_bank_transfer_has_a_payment",
            {"status": "matched", "decided_at": timezone.now()},
        ),
        ("matched_bank_transfer_has_a_payment", {"status": "to_do", "payment_key": "k"}),
        ("bank_transfer_says_who_decided", {"status": "ignored", "reason": "x"}),
        ("bank_transfer_says_who_decided", {"status": "ignored", "decided_at": timezone.now()}),
        ("fingerprint", {"fingerprint": "other"}),
        ("payment_is_completed_by_one_bank_transfer", None),
    ],
)
def test_the_database_refuses_what_makes_no_sense(constraint, fields):
    statement = BankStatement.objects.create(
        file_name="x",
        file_format="camt053",
        imported_by="staff:1",
        transfers_total=2,
        transfers_new=2,
        debits_new=0,
    )
    common = {"statement": statement, "booked_on": DAY, "currency": "EUR", "amount": Decimal(5)}
    BankTransfer.objects.create(fingerprint="other", **common)
    one = BankTransfer.objects.create(fingerprint="one", **common)
    if fields is None:
        matched = {"status": "matched", "payment_key": "k", "decided_at": timezone.now()}
        BankTransfer.objects.filter(fingerprint="other").update(**matched)
        fields = matched
    with pytest.raises(IntegrityError, match=constraint):
        BankTransfer.objects.filter(pk=one.pk).update(**fields)


def test_references_are_found_whatever_is_around_them():
    assert "ABCD2345" in references_in("EREF+X, abcd 23\n45-Alice")
    assert references_in("ABCD234") == set()
    assert "ABCD0000" not in references_in("ABCD0000")


def test_a_paid_order_is_not_paid_again_by_a_card_afterwards():
    order = make_reserved()
    load(entry_for(order))
    pay_error = None
    try:
        pay(order)
    except Exception as error:
        pay_error = error
    assert type(pay_error).__name__ == "AlreadyPaid"
