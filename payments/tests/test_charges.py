"""Starting a payment and settling it."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from payments.charges import settle_payment, start_payment
from payments.exceptions import WrongAmount
from payments.models import DemoCharge, Payment
from payments.providers.demo import bank
from payments.signals import payment_captured

from .factories import charge_of, make_payment, paid_at_the_bank

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_returns_the_same_payment_when_repeated():
    assert make_payment() == make_payment()


def test_it_supersedes_a_payment_of_another_amount(sent_signals):
    old = make_payment(amount=Decimal("45.00"))
    new = make_payment(amount=Decimal("30.00"))

    old.refresh_from_db()
    assert (old.status, old.failure) == ("failed", "superseded")
    assert (new.status, new.amount) == ("open", Decimal("30.00"))
    assert sent_signals == []


def test_it_may_run_inside_a_transaction_that_goes_on():
    make_payment()
    with transaction.atomic():
        again = make_payment()
        other = make_payment(purpose="OTHER")
    assert {again.purpose, other.purpose} == {"K7F39QXM", "OTHER"}


def test_the_database_refuses_a_second_open_payment_for_a_purpose():
    payment = make_payment()
    with pytest.raises(IntegrityError, match="one_unfinished_payment_for_a_purpose"):
        Payment.objects.create(
            purpose=payment.purpose, provider="demo", amount=1, currency="EUR", return_url="/"
        )


def test_the_database_refuses_a_payment_of_nothing():
    with pytest.raises(IntegrityError, match="payment_is_positive"):
        start_payment(purpose="A", amount=0, currency="EUR", description="", return_url="/")


def test_the_database_refuses_a_capture_without_its_time():
    payment = make_payment()
    with pytest.raises(IntegrityError, match="captured_payment_has_its_time"):
        Payment.objects.filter(pk=payment.pk).update(status="captured")


def test_it_leaves_a_payment_open_that_nobody_has_decided(sent_signals):
    payment = settle_payment(make_payment())

    assert payment.status == "open"
    assert sent_signals == []


def test_it_captures_what_the_bank_has_taken(sent_signals):
    payment = make_payment()
    charge = paid_at_the_bank(payment)

    payment = settle_payment(payment)

    payment.refresh_from_db()
    assert (payment.status, payment.provider_reference) == ("captured", f"demo-{charge.pk}")
    assert payment.captured_at is not None
    assert sent_signals == [("captured", payment.key)]


def test_it_announces_a_capture_once_however_often_it_is_settled(sent_signals):
    payment = make_payment()
    stale = Payment.objects.get(pk=payment.pk)
    paid_at_the_bank(payment)

    settle_payment(payment)
    settle_payment(payment)
    settle_payment(stale)

    assert sent_signals == [("captured", payment.key)]


def test_it_fails_what_the_bank_has_declined(sent_signals):
    payment = make_payment()
    paid_at_the_bank(payment, status=DemoCharge.Status.DECLINED)

    payment = settle_payment(payment)

    assert (payment.status, payment.failure) == (
        "failed",
        "The demo bank declined the payment.",
    )
    assert sent_signals == [("failed", payment.key)]


def test_a_new_payment_can_be_started_after_a_failed_one():
    first = make_payment()
    bank.decline(charge_of(first))
    assert make_payment() != first


def test_it_captures_a_superseded_payment_that_is_paid_all_the_same(sent_signals):
    old = make_payment(amount=Decimal("45.00"))
    new = make_payment(amount=Decimal("30.00"))

    bank.pay(charge_of(old))
    bank.pay(charge_of(new))

    assert sent_signals == [("captured", old.key), ("captured", new.key)]


def test_it_undoes_the_capture_when_a_listener_raises_and_finds_it_again(sent_signals):
    def refuse(sender, payment, **kwargs):
        raise RuntimeError("The listener cannot write its rows.")

    payment = make_payment()
    paid_at_the_bank(payment)
    payment_captured.connect(refuse)
    try:
        with pytest.raises(RuntimeError):
            settle_payment(payment)
    finally:
        payment_captured.disconnect(refuse)

    payment.refresh_from_db()
    assert payment.status == "open"
    assert settle_payment(payment).status == "captured"


def test_what_listeners_write_commits_with_the_capture():
    payment = make_payment()
    paid_at_the_bank(payment)

    def write_then_fall(sender, payment, **kwargs):
        Payment.objects.filter(pk=payment.pk).update(description="written by the listener")

    payment_captured.connect(write_then_fall)
    try:
        settle_payment(payment)
    finally:
        payment_captured.disconnect(write_then_fall)
    payment.refresh_from_db()
    assert (payment.status, payment.description) == ("captured", "written by the listener")


@pytest.mark.parametrize("wrong", [{"amount": Decimal("0.45")}, {"currency": "SEK"}])
def test_it_never_captures_a_wrong_amount(wrong, sent_signals, caplog):
    payment = make_payment()
    paid_at_the_bank(payment, **wrong)

    with pytest.raises(WrongAmount, match="instead of 45.00 EUR"):
        settle_payment(payment)

    payment.refresh_from_db()
    assert payment.status == "open"
    assert "instead of 45.00 EUR" in payment.failure
    assert payment.key in caplog.text
    assert sent_signals == []
