"""Refunds, through Stripe's own client."""

import pytest
import stripe


@pytest.fixture
def paid(client, create_session, payments_sandbox):
    session = create_session()
    payments_sandbox.pay(session.id)
    return client.v1.checkout.sessions.retrieve(session.id)


def test_it_refunds_in_parts(client, paid):
    first = client.v1.refunds.create({"payment_intent": paid.payment_intent, "amount": 1500})
    rest = client.v1.refunds.create({"payment_intent": paid.payment_intent})
    assert (first.status, first.amount, rest.amount) == ("succeeded", 1500, 3000)
    charge = client.v1.charges.retrieve(first.charge)
    assert (charge.amount_refunded, charge.refunded) == (4500, True)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": paid.payment_intent})
    assert refused.value.code == "charge_already_refunded"


def test_it_never_refunds_more_than_was_paid(client, paid):
    with pytest.raises(stripe.InvalidRequestError, match="greater than"):
        client.v1.refunds.create({"payment_intent": paid.payment_intent, "amount": 4501})


def test_a_key_repeats_the_answer(client, paid):
    params = {"payment_intent": paid.payment_intent, "amount": 1500}
    first = client.v1.refunds.create(params, {"idempotency_key": "refund-1"})
    again = client.v1.refunds.create(params, {"idempotency_key": "refund-1"})
    assert first.id == again.id
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    with pytest.raises(stripe.IdempotencyError):
        client.v1.refunds.create(params | {"amount": 1}, {"idempotency_key": "refund-1"})


def test_a_refund_that_is_pending_fails_later(client, paid, payments_sandbox):
    payments_sandbox.behave(refunds="fail")
    refund = client.v1.refunds.create({"payment_intent": paid.payment_intent, "amount": 1500})
    assert refund.status == "pending"
    payments_sandbox.advance(4 * 24 * 3600)
    refund = client.v1.refunds.retrieve(refund.id)
    assert (refund.status, refund.failure_reason) == ("failed", "expired_or_canceled_card")
    assert client.v1.charges.retrieve(refund.charge).amount_refunded == 0
