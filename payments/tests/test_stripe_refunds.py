"""Refunds and disputes at Stripe: late failures, the dashboard, and what staff decide."""

from decimal import Decimal

import pytest

from payments.charges import settle_payment
from payments.exceptions import RefundExceedsPayment
from payments.models import Dispute, Payment, Refund
from payments.polling import settle_sent_refunds
from payments.refunds import request_refund, retry_refund, send_refunds, withdraw_refund
from tools.payments_sandbox.idempotency import IdempotencyKeys, InProgress

from .stripe_shop import deliver, new_payment

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def payment(stripe_sandbox):
    """Return a captured payment of 45.00 EUR."""
    payment = new_payment()
    stripe_sandbox.pay(payment.key)
    stripe_sandbox.take_webhooks()
    return settle_payment(payment)


def ask(payment, amount="20.00", key="cancel:1"):
    return request_refund(payment=payment, amount=Decimal(amount), key=key, reason="Cancelled")


def test_a_refund_is_sent_and_succeeds(payment, stripe_sandbox):
    ask(payment)
    assert send_refunds() == 1
    refund = Refund.objects.get()
    assert (refund.status, refund.provider_reference[:3]) == ("succeeded", "re_")


def test_a_pending_refund_is_sent_and_its_outcome_comes_by_webhook(payment, stripe_sandbox):
    stripe_sandbox.behave(refunds="pending")
    ask(payment)
    send_refunds()
    refund = Refund.objects.get()
    assert refund.status == "sent"

    stripe_sandbox.settle_refund(refund.provider_reference)
    deliver(stripe_sandbox)

    refund.refresh_from_db()
    assert refund.status == "succeeded"


def test_a_refund_that_fails_days_later_becomes_a_task(payment, stripe_sandbox, sent_signals):
    ask(payment)
    send_refunds()
    refund = Refund.objects.get()
    stripe_sandbox.settle_refund(refund.provider_reference, succeeds=False)
    deliver(stripe_sandbox)

    refund.refresh_from_db()
    assert refund.status == "failed" and refund.act_by and refund.failure
    assert ("refund failed", refund.key) in sent_signals

    # The same idempotency key would return the failed refund.
    assert retry_refund(refund)
    assert send_refunds() == 1
    refund.refresh_from_db()
    assert refund.status == "succeeded"


def test_a_failure_is_found_without_its_webhook(payment, stripe_sandbox):
    stripe_sandbox.behave(refunds="pending")
    ask(payment)
    send_refunds()
    refund = Refund.objects.get()
    stripe_sandbox.settle_refund(refund.provider_reference, succeeds=False)
    Refund.objects.update(try_after=refund.created_at)

    assert settle_sent_refunds() == 1

    refund.refresh_from_db()
    assert refund.status == "failed"


def test_an_older_answer_does_not_take_a_failure_back(payment, stripe_sandbox):
    ask(payment)
    send_refunds()
    refund = Refund.objects.get()
    stripe_sandbox.settle_refund(refund.provider_reference, succeeds=False)
    deliver(stripe_sandbox, messages=stripe_sandbox.take_webhooks()[::-1])
    refund.refresh_from_db()
    assert refund.status == "failed"


def test_a_refund_in_the_dashboard_is_recorded_and_counts(payment, stripe_sandbox, sent_signals):
    stripe_sandbox.refund(payment.key, 3000)
    deliver(stripe_sandbox)

    refund = Refund.objects.get()
    assert (refund.amount, refund.made_at_provider) == (Decimal("30.00"), True)
    assert sent_signals.count(("refund found", refund.key)) == 1
    with pytest.raises(RefundExceedsPayment):
        ask(payment, "20.00")


def test_staff_withdraw_what_the_dashboard_has_refunded(payment, stripe_sandbox, sent_signals):
    ask(payment, "45.00")
    stripe_sandbox.refund(payment.key)
    send_refunds()
    deliver(stripe_sandbox)

    ours = Refund.objects.get(made_at_provider=False)
    assert ours.status == "failed"
    assert withdraw_refund(ours)
    assert not withdraw_refund(ours)
    assert payment.refunds.total() == Decimal("45.00")
    assert ("refund withdrawn", ours.key) in sent_signals


def test_a_dispute_is_recorded_with_its_deadline(payment, stripe_sandbox, sent_signals):
    stripe_sandbox.dispute(payment.key)
    deliver(stripe_sandbox)

    dispute = Dispute.objects.get()
    assert (dispute.status, dispute.takes_money) == ("open", True)
    assert dispute.amount == Decimal("45.00") and dispute.act_by
    assert sent_signals.count(("dispute opened", dispute.provider_reference)) == 1
    assert Payment.objects.get().status == "captured"


def test_a_payment_in_dispute_is_not_refunded(payment, stripe_sandbox):
    stripe_sandbox.dispute(payment.key)
    deliver(stripe_sandbox)
    ask(payment)
    assert send_refunds() == 0
    refund = Refund.objects.get()
    assert refund.status == "failed" and "disputes" in refund.failure
    assert not stripe_sandbox.stripe.refunds


def test_stripe_refuses_it_before_the_dispute_is_known_here(payment, stripe_sandbox):
    stripe_sandbox.dispute(payment.key)
    ask(payment)
    assert send_refunds() == 0
    assert Refund.objects.get().status == "failed"


@pytest.mark.parametrize("won", [True, False])
def test_a_dispute_is_decided(payment, stripe_sandbox, won):
    dispute = stripe_sandbox.dispute(payment.key)
    deliver(stripe_sandbox)
    stripe_sandbox.close_dispute(dispute, won=won)
    deliver(stripe_sandbox)
    dispute = Dispute.objects.get()
    assert (dispute.status, dispute.takes_money) == ("won" if won else "lost", not won)
    assert dispute.closed_at


def test_a_refund_that_is_still_being_made_is_sent_again(payment, monkeypatch):
    """Another attempt with its key is under way, say of a worker that was killed."""
    ask(payment)

    def in_progress(*_arguments):
        raise InProgress

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(IdempotencyKeys, "begin", in_progress)
        assert send_refunds() == 0
    refund = Refund.objects.get()
    assert (refund.status, refund.attempts) == ("queued", 1)
