"""Disputes: opened, answered, won, lost."""

import pytest
import stripe

from tools.payments_sandbox.disputes import DisputeRefused

DAY = 24 * 3600


@pytest.fixture
def intent(client, create_session, payments_sandbox):
    session = create_session()
    payments_sandbox.pay(session.id)
    return client.v1.checkout.sessions.retrieve(session.id).payment_intent


def test_a_dispute_takes_the_money_and_a_fee(client, intent, payments_sandbox):
    dispute = client.v1.disputes.retrieve(payments_sandbox.dispute(intent))
    assert (dispute.status, dispute.amount, dispute.payment_intent) == (
        "needs_response", 4500, intent
    )  # fmt: skip
    entry = dispute.balance_transactions[0]
    assert (entry.amount, entry.fee, entry.reporting_category) == (-4500, 2000, "dispute")
    charge = client.v1.charges.retrieve(dispute.charge)
    assert charge.disputed
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": intent})
    assert refused.value.code == "charge_disputed"


def test_a_won_dispute_gives_the_money_back(client, intent, payments_sandbox):
    dispute = payments_sandbox.dispute(intent)
    payments_sandbox.answer_dispute(dispute)
    assert client.v1.disputes.retrieve(dispute).status == "under_review"
    payments_sandbox.close_dispute(dispute, won=True)
    closed = client.v1.disputes.retrieve(dispute)
    assert closed.status == "won"
    assert [each.amount for each in closed.balance_transactions] == [-4500, 4500]
    assert client.v1.refunds.create({"payment_intent": intent}).status == "succeeded"


def test_a_dispute_that_nobody_answers_is_lost(client, intent, payments_sandbox):
    dispute = payments_sandbox.dispute(intent, reason="product_not_received")
    payments_sandbox.advance(15 * DAY)
    closed = client.v1.disputes.retrieve(dispute)
    assert (closed.status, closed.reason) == ("lost", "product_not_received")


def test_evidence_by_the_api_keeps_it_open(client, intent, payments_sandbox):
    dispute = payments_sandbox.dispute(intent)
    client.v1.disputes.update(dispute, {"evidence": {"access_activity_log": "Checked in 20:04"}})
    payments_sandbox.advance(15 * DAY)
    assert client.v1.disputes.retrieve(dispute).status == "under_review"


def test_what_happens_is_told_in_order(client, intent, payments_sandbox):
    dispute = payments_sandbox.dispute(intent)
    payments_sandbox.answer_dispute(dispute)
    payments_sandbox.close_dispute(dispute, won=False)
    events = client.v1.events.list({"type": "charge.dispute.*"}).data
    assert [each.type for each in reversed(events)] == [
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.updated",
        "charge.dispute.closed",
    ]
    assert events[-1].data.object.status == "needs_response"  # As it was then.
    assert events[0].data.object.status == "lost"


def test_only_what_was_not_refunded_can_be_disputed(client, intent, payments_sandbox):
    client.v1.refunds.create({"payment_intent": intent, "amount": 1500})
    assert client.v1.disputes.retrieve(payments_sandbox.dispute(intent)).amount == 3000
    with pytest.raises(DisputeRefused):
        payments_sandbox.dispute(intent)
