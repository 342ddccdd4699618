"""Refunds: once, never too much, whatever process is killed in between."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.testing.races import losers, meet_after, race, winners
from payments import refunds
from payments.charges import settle_payment
from payments.exceptions import ProviderUnavailable, RefundExceedsPayment, RefundRefused
from payments.models import Payment, Refund
from payments.providers.demo.provider import DemoProvider
from payments.refunds import request_refund, retry_refund, send_refunds
from payments.signals import refund_sent

from .factories import charge_of, make_payment, paid_at_the_bank

pytestmark = pytest.mark.django_db(transaction=True)


def captured(amount="100.00"):
    payment = make_payment(amount=Decimal(amount))
    paid_at_the_bank(payment)
    return settle_payment(payment)


def ask(payment, amount="100.00", key="cancel:1"):
    return request_refund(payment=payment, amount=Decimal(amount), key=key, reason="Cancelled")


def test_it_sends_a_requested_refund(sent_signals):
    payment = captured()
    refund = ask(payment, "40.00")
    sent_signals.clear()

    assert send_refunds() == 1

    refund.refresh_from_db()
    assert (refund.status, refund.attempts) == ("succeeded", 1)
    assert refund.sent_at is not None
    assert charge_of(payment).refunded == Decimal("40.00")
    assert sent_signals == [("refunded", "cancel:1")]
    assert send_refunds() == 0


def test_the_same_key_is_the_same_refund():
    payment = captured()
    assert ask(payment, "40.00") == ask(payment, "40.00")
    assert Refund.objects.count() == 1


def test_the_same_key_for_something_else_is_refused():
    payment = captured()
    ask(payment, "40.00")
    with pytest.raises(RefundRefused):
        ask(payment, "41.00")


def test_it_never_refunds_more_than_was_captured():
    payment = captured("100.00")
    ask(payment, "60.00", "a")
    with pytest.raises(RefundExceedsPayment, match=r"40\.00 EUR"):
        ask(payment, "40.01", "b")
    ask(payment, "40.00", "c")


def test_a_failed_refund_still_counts():
    payment = captured("100.00")
    ask(payment, "60.00", "a")
    Refund.objects.update(status=Refund.Status.FAILED)
    with pytest.raises(RefundExceedsPayment):
        ask(payment, "60.00", "b")


def test_it_refunds_nothing_that_was_not_captured():
    with pytest.raises(RefundRefused):
        ask(make_payment())


def test_it_rolls_back_with_the_transaction_that_requests_it():
    payment = captured()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        ask(payment)
        raise ZeroDivisionError
    assert not Refund.objects.exists()


@pytest.mark.parametrize("amount", [0, Decimal("-1.00")])
def test_the_database_refuses_a_refund_of_nothing(amount):
    payment = captured()
    with pytest.raises(IntegrityError, match="refund_is_positive"):
        Refund.objects.create(payment=payment, key="a", amount=amount, reason="")


def test_the_database_refuses_a_sent_refund_without_its_time():
    refund = ask(captured())
    with pytest.raises(IntegrityError, match="refund_has_its_time"):
        Refund.objects.filter(pk=refund.pk).update(status="sent")


def test_concurrent_requests_with_one_key_are_one_refund():
    payment = captured()
    outcomes = race(*[lambda: ask(payment, "40.00") for _ in range(16)])
    assert losers(outcomes, ()) == []
    assert len({refund.pk for refund in winners(outcomes)}) == 1


def test_many_refunds_at_once_never_come_to_more_than_was_captured():
    payment = captured("100.00")
    outcomes = race(*[lambda n=n: ask(payment, "30.00", f"key-{n}") for n in range(16)])
    assert len(winners(outcomes)) == 3
    assert len(losers(outcomes, RefundExceedsPayment)) == 13
    assert payment.refunds.total() == Decimal("90.00")


def test_without_the_lock_too_much_would_be_refunded(monkeypatch):
    """The control: adding up first is not enough by itself."""
    payment = captured("100.00")
    queryset = type(Payment.objects.all())
    monkeypatch.setattr(queryset, "locked", lambda self: self)
    meet_after(monkeypatch, type(Refund.objects.all()), "total", 2)
    race(lambda: ask(payment, "60.00", "a"), lambda: ask(payment, "60.00", "b"))
    monkeypatch.undo()
    assert payment.refunds.total() == Decimal("120.00")


def test_two_senders_send_each_refund_once(sent_signals):
    payment = captured("100.00")
    for number in range(10):
        ask(payment, "10.00", f"key-{number}")
    sent_signals.clear()

    outcomes = race(*[send_refunds] * 4)

    assert losers(outcomes, ()) == []
    assert sum(winners(outcomes)) == 10
    assert sorted(sent_signals) == sorted(("refunded", f"key-{number}") for number in range(10))
    assert charge_of(payment).refunded == Decimal("100.00")


def test_without_the_claim_two_senders_send_the_same_refund(monkeypatch):
    """The control. The bank, which knows the key, refunds once even so."""
    payment = captured("100.00")
    ask(payment, "40.00")
    monkeypatch.setattr(refunds, "_claim_one", lambda: Refund.objects.due().first())
    calls = []
    original = DemoProvider.refund
    monkeypatch.setattr(
        DemoProvider, "refund", lambda self, refund: (calls.append(1), original(self, refund))
    )
    meet_after(monkeypatch, refunds, "_claim_one", 2)

    race(lambda: send_refunds(batch=1), lambda: send_refunds(batch=1))

    assert len(calls) == 2
    assert charge_of(payment).refunded == Decimal("40.00")


def test_a_sender_killed_after_the_bank_refunded_does_not_refund_twice(sent_signals, monkeypatch):
    class Killed(BaseException):
        """As when the process ends here."""

    def die(refund, result):
        raise Killed

    payment = captured("100.00")
    refund = ask(payment, "40.00")
    sent_signals.clear()
    with monkeypatch.context() as patched:
        patched.setattr(refunds, "_mark_sent", die)
        with pytest.raises(Killed):
            send_refunds()
    assert charge_of(payment).refunded == Decimal("40.00")
    assert send_refunds() == 0, "The lease of the killed process is still valid."

    expire_lease(refund)
    assert send_refunds() == 1

    assert charge_of(payment).refunded == Decimal("40.00")
    assert sent_signals == [("refunded", "cancel:1")]


def test_a_listener_that_raises_leaves_the_refund_to_be_sent_again():
    def refuse(sender, refund, **kwargs):
        raise RuntimeError("The listener cannot write its rows.")

    payment = captured()
    refund = ask(payment, "40.00")
    refund_sent.connect(refuse)
    try:
        with pytest.raises(RuntimeError):
            send_refunds()
    finally:
        refund_sent.disconnect(refuse)
    refund.refresh_from_db()
    assert refund.status == "queued"

    expire_lease(refund)
    assert send_refunds() == 1
    assert charge_of(payment).refunded == Decimal("40.00")


def test_an_unavailable_provider_is_tried_again_later(monkeypatch):
    refund = ask(captured())
    with monkeypatch.context() as patched:
        provider_raises(patched, ProviderUnavailable("The bank is closed."))
        assert send_refunds() == 0

    refund.refresh_from_db()
    assert (refund.status, refund.failure) == ("queued", "The bank is closed.")
    assert refund.try_after > timezone.now() + timedelta(seconds=50)
    assert send_refunds() == 0

    expire_lease(refund)
    assert send_refunds() == 1


def test_a_refund_that_fails_in_an_unknown_way_stops_no_other(monkeypatch, caplog):
    payment = captured()
    ask(payment, "10.00", "a")
    ask(payment, "10.00", "b")
    original = DemoProvider.refund

    def stumble(self, refund):
        if refund.key == "a":
            raise KeyError("surprise")
        return original(self, refund)

    monkeypatch.setattr(DemoProvider, "refund", stumble)
    assert send_refunds() == 1
    assert "surprise" in Refund.objects.get(key="a").failure


def test_after_many_attempts_it_fails_and_staff_can_retry_it(monkeypatch):
    refund = ask(captured())
    with monkeypatch.context() as patched:
        provider_raises(patched, ProviderUnavailable("The bank is closed."))
        for _attempt in range(refunds.MAX_ATTEMPTS):
            expire_lease(refund)
            send_refunds()
    refund.refresh_from_db()
    assert (refund.status, refund.attempts) == ("failed", refunds.MAX_ATTEMPTS)

    assert retry_refund(refund) is True
    assert retry_refund(refund) is False
    assert send_refunds() == 1
    refund.refresh_from_db()
    assert (refund.status, refund.failure) == ("succeeded", "")


def test_what_the_provider_refuses_fails_at_once(monkeypatch):
    refund = ask(captured())
    provider_raises(monkeypatch, RefundRefused("The card is closed."))
    send_refunds()
    refund.refresh_from_db()
    assert (refund.status, refund.failure) == ("failed", "The card is closed.")


def provider_raises(monkeypatch, error):
    def refuse(self, refund):
        raise error

    monkeypatch.setattr(DemoProvider, "refund", refuse)


def expire_lease(refund):
    Refund.objects.filter(pk=refund.pk).update(
        try_after=timezone.now() - timedelta(seconds=1), leased_until=None
    )
