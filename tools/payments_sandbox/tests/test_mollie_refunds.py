"""Refunds, chargebacks, webhooks and settlements at Mollie, through its own client."""

from urllib.parse import parse_qs

import pytest
from mollie.api.error import ConflictError, ResponseError, UnprocessableEntityError

HOUR, DAY = 3600, 24 * 3600


@pytest.fixture
def paid(mollie, create_payment, payments_sandbox):
    payment = create_payment()
    payments_sandbox.pay(payment.id, "ideal")
    return mollie.payments.get(payment.id)


@pytest.fixture
def organization(mollie, payments_sandbox):
    """Return the client as an organization, which may read settlements and balances."""
    mollie.set_access_token(payments_sandbox.mollie_access_token)
    mollie.set_testmode(True)
    return mollie


def euros(value):
    return {"amount": {"value": value, "currency": "EUR"}}


def test_a_refund_is_carried_out_two_hours_later(mollie, paid, payments_sandbox):
    refund = paid.refunds.create({**euros("15.00"), "description": "Two tickets"})
    assert refund.is_pending()
    payments_sandbox.advance(2 * HOUR)
    assert paid.refunds.get(refund.id).is_refunded()
    assert mollie.payments.get(paid.id).amount_remaining["value"] == "30.00"


def test_until_then_it_can_be_canceled(mollie, paid, payments_sandbox):
    refund = paid.refunds.create(euros("15.00"))
    paid.refunds.delete(refund.id)
    payments_sandbox.advance(2 * HOUR)
    assert paid.refunds.get(refund.id).status == "canceled"
    assert mollie.payments.get(paid.id).amount_remaining["value"] == "45.00"
    with pytest.raises(UnprocessableEntityError):
        paid.refunds.delete(refund.id)


def test_it_never_refunds_more_than_was_paid(paid):
    with pytest.raises(UnprocessableEntityError) as refused:
        paid.refunds.create(euros("45.01"))
    assert refused.value.field == "amount"


def test_the_same_refund_twice_is_taken_for_a_mistake(paid, payments_sandbox):
    paid.refunds.create(euros("15.00"))
    with pytest.raises(ConflictError, match="duplicate"):
        paid.refunds.create(euros("15.00"))
    payments_sandbox.advance(60)
    paid.refunds.create(euros("15.00"))


def test_a_refund_fails_days_later(paid, payments_sandbox):
    payments_sandbox.behave(refunds="fail")
    refund = paid.refunds.create(euros("15.00"))
    payments_sandbox.advance(4 * DAY)
    assert paid.refunds.get(refund.id).status == "failed"


def test_a_payment_that_is_not_paid_cannot_be_refunded(create_payment):
    with pytest.raises(UnprocessableEntityError):
        create_payment().refunds.create(euros("15.00"))


def test_a_chargeback_can_be_reversed(mollie, paid, payments_sandbox):
    dispute = payments_sandbox.dispute(paid.id)
    [chargeback] = mollie.payments.get(paid.id).chargebacks.list()
    assert (chargeback.id, chargeback.amount["value"]) == (dispute, "45.00")
    assert chargeback.reversed_at is None
    assert mollie.payments.get(paid.id).amount_chargedback["value"] == "45.00"
    payments_sandbox.close_dispute(dispute, won=True)
    assert paid.chargebacks.get(dispute).reversed_at is not None
    assert mollie.payments.get(paid.id).amount_chargedback is None


def test_webhooks_carry_only_the_id(mollie, create_payment, payments_sandbox):
    payment = create_payment(webhookUrl="http://127.0.0.1:9/webhook")
    payments_sandbox.behave(delayed="succeeds")
    payments_sandbox.pay(payment.id, "card")
    assert payments_sandbox.take_webhooks() == []
    payments_sandbox.settle(payment.id)
    [message] = payments_sandbox.take_webhooks()
    assert message.url == "http://127.0.0.1:9/webhook"
    assert parse_qs(message.body.decode()) == {"id": [payment.id]}
    assert "application/x-www-form-urlencoded" in message.headers()["Content-Type"]


def test_refunds_and_chargebacks_call_too(mollie, create_payment, payments_sandbox):
    payment = create_payment(webhookUrl="http://127.0.0.1:9/webhook")
    payments_sandbox.pay(payment.id)
    payment.refunds.create(euros("15.00"))
    payments_sandbox.advance(2 * HOUR)
    payments_sandbox.dispute(payment.id)
    labels = [each.label.split()[0] for each in payments_sandbox.take_webhooks()]
    assert labels == ["checkout.session.completed", "refund.updated", "charge.dispute.created"]


def test_a_forged_call_names_a_payment_that_does_not_exist(create_payment, payments_sandbox):
    payments_sandbox.behave(events_forged=True)
    payment = create_payment(webhookUrl="http://127.0.0.1:9/webhook")
    payments_sandbox.pay(payment.id)
    ids = [parse_qs(each.body.decode())["id"] for each in payments_sandbox.take_webhooks()]
    assert len(ids) == 2
    assert ids.index([payment.id]) == 1


def test_a_settlement_is_explained_to_the_cent(paid, organization, payments_sandbox):
    paid.refunds.create(euros("15.00"))
    payments_sandbox.advance(DAY)
    assert organization.settlements.get("open").amount["value"] == "28.69"
    [id] = payments_sandbox.make_payouts()
    payments_sandbox.advance(2 * DAY)
    settlement = organization.settlements.get(id)
    assert (settlement.status, settlement.amount["value"]) == ("paidout", "28.69")
    assert organization.settlements.get(settlement.reference).id == id
    assert [each.id for each in settlement.payments.list()] == [paid.id]
    assert [each.amount["value"] for each in settlement.refunds.list()] == ["15.00"]
    assert len(settlement.chargebacks.list()) == 0
    # 1.8 % and 0.25 for the payment, 0.25 for the refund.
    [period] = [months for year in settlement.periods.values() for months in year.values()]
    costs = {each["method"]: each["amountNet"]["value"] for each in period["costs"]}
    assert costs == {"ideal": "1.0600", "refund": "0.2500"}


def test_balance_transactions_add_up(paid, organization, payments_sandbox):
    payments_sandbox.dispute(paid.id, amount=1000)
    payments_sandbox.advance(DAY)
    payments_sandbox.make_payouts()
    [balance] = organization.balances.list()
    transactions = list(balance.get_transactions())
    assert [each.type for each in transactions] == ["outgoing-transfer", "chargeback", "payment"]
    assert transactions[2].context["paymentId"] == paid.id
    values = [float(each.result_amount["value"]) for each in transactions]
    assert values == [-33.94, -10.0, 43.94]
    assert balance.available_amount["value"] == "0.00"


def test_lists_come_page_by_page_newest_first(mollie, create_payment):
    made = [create_payment(description=f"Order {n}").id for n in range(5)]
    first = mollie.payments.list(limit=2)
    assert [each.id for each in first] == made[:2:-1]
    second = first.get_next()
    assert [each.id for each in second] == made[2:0:-1]
    assert not second.get_next().has_next()


def test_settlements_need_an_access_token(mollie):
    with pytest.raises(ResponseError) as refused:
        mollie.settlements.list()
    assert refused.value.status == 403
