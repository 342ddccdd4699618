"""Payouts: net of fees, explained line by line."""

import pytest

DAY = 24 * 3600


@pytest.fixture
def pay(client, create_session, payments_sandbox):
    def pay_once(**params):
        session = create_session(**params)
        payments_sandbox.pay(session.id)
        return client.v1.checkout.sessions.retrieve(session.id).payment_intent

    return pay_once


def lines_of(client, payout):
    params = {"payout": payout, "limit": 2}
    return list(client.v1.balance_transactions.list(params).auto_paging_iter())


def test_a_payout_is_explained_to_the_cent(client, pay, payments_sandbox):
    pay()
    refunded, disputed = pay(amount=2000), pay(amount=3000)
    client.v1.refunds.create({"payment_intent": refunded, "amount": 500})
    payments_sandbox.dispute(disputed)
    payments_sandbox.advance(2 * DAY)
    [payout_id] = payments_sandbox.make_payouts()
    payout = client.v1.payouts.retrieve(payout_id)
    lines = lines_of(client, payout_id)
    assert sorted(each.type for each in lines) == [
        "adjustment", "charge", "charge", "charge", "payout", "refund"
    ]  # fmt: skip
    # 1.5 % and 0.25 for each charge, 20.00 for the dispute.
    fees = (68 + 25) + (30 + 25) + (45 + 25) + 2000
    assert payout.amount == 4500 + 2000 + 3000 - 500 - 3000 - fees
    assert sum(each.net for each in lines if each.type != "payout") == payout.amount
    assert sum(each.net for each in lines) == 0


def test_money_waits_until_it_is_available(client, pay, payments_sandbox):
    pay()
    assert payments_sandbox.make_payouts() == []
    payments_sandbox.advance(2 * DAY)
    assert len(payments_sandbox.make_payouts()) == 1
    assert payments_sandbox.make_payouts() == []


def test_a_payout_arrives(client, pay, payments_sandbox):
    pay()
    payments_sandbox.advance(2 * DAY)
    [payout] = payments_sandbox.make_payouts()
    assert client.v1.payouts.retrieve(payout).status == "in_transit"
    payments_sandbox.advance(2 * DAY)
    assert client.v1.payouts.retrieve(payout).status == "paid"
    assert client.v1.events.list({"type": "payout.paid"}).data[0].data.object.id == payout


def test_what_could_not_be_paid_out_is_in_the_next_payout(client, pay, payments_sandbox):
    pay()
    payments_sandbox.advance(2 * DAY)
    [first] = payments_sandbox.make_payouts()
    payments_sandbox.settle_payout(first, succeeds=False)
    failed = client.v1.payouts.retrieve(first)
    assert (failed.status, failed.failure_code) == ("failed", "account_closed")
    [second] = payments_sandbox.make_payouts()
    assert client.v1.payouts.retrieve(second).amount == failed.amount
    kinds = [each.type for each in lines_of(client, second)]
    assert sorted(kinds) == ["payout", "payout_failure"]


def test_a_failed_refund_comes_back_to_the_balance(client, pay, payments_sandbox):
    intent = pay()
    refund = client.v1.refunds.create({"payment_intent": intent, "amount": 500})
    payments_sandbox.settle_refund(refund.id, succeeds=False)
    payments_sandbox.advance(2 * DAY)
    [payout] = payments_sandbox.make_payouts()
    assert client.v1.payouts.retrieve(payout).amount == 4500 - 93
    failed = client.v1.refunds.retrieve(refund.id, {"expand": ["failure_balance_transaction"]})
    assert failed.failure_balance_transaction.amount == 500


def test_payouts_are_made_daily_when_told(client, pay, payments_sandbox):
    payments_sandbox.behave(payouts="daily")
    for _day in range(3):
        pay()
        payments_sandbox.advance(DAY)
    payments_sandbox.advance(4 * DAY)
    payouts = client.v1.payouts.list({"limit": 100}).data
    assert len(payouts) == 3
    assert {each.status for each in payouts} == {"paid"}
    made = sorted(each.created for each in payouts)
    assert made[1] - made[0] >= DAY - 1  # Each was made on its day.


def test_each_currency_has_its_payout(client, pay, payments_sandbox):
    pay()
    pay(currency="jpy", amount=5000)
    payments_sandbox.advance(2 * DAY)
    payouts = [client.v1.payouts.retrieve(each) for each in payments_sandbox.make_payouts()]
    # The fixed fee of 0.25 is rounded to no yen.
    assert {each.currency: each.amount for each in payouts} == {"eur": 4407, "jpy": 4925}
