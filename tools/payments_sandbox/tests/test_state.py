"""Records that survive a kill -9 of the sandbox."""

from contextlib import contextmanager

import pytest
import requests
import stripe

from tools.payments_sandbox.process import SandboxProcess

DAYS = 24 * 3600
PARAMS = {
    "mode": "payment",
    "client_reference_id": "key-1",
    "success_url": "http://shop.example.org/return",
    "line_items": [
        {
            "quantity": 1,
            "price_data": {
                "currency": "eur",
                "unit_amount": 4500,
                "product_data": {"name": "Order AB12CD"},
            },
        }
    ],
}


@contextmanager
def sandbox(**arguments):
    """Run a sandbox in a process of its own; yield its client and the process."""
    with SandboxProcess(**arguments) as process:
        key = process.remote.settings()["stripe_key"]
        base = {"api": process.url}
        yield stripe.StripeClient(key, base_addresses=base, max_network_retries=0), process


def restart(process):
    process.kill()
    process.start()


@pytest.fixture
def file(tmp_path):
    return tmp_path / "sandbox"


def test_a_payment_and_what_is_due_survive_a_kill(file):
    with sandbox(file=file) as (client, process):
        process.remote.behave(refunds="fail")
        session = client.v1.checkout.sessions.create(PARAMS)
        process.remote.pay(payment="key-1")
        refund = process.remote.refund(payment="key-1", amount=1500)
        restart(process)
        assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
        assert client.v1.refunds.retrieve(refund).status == "pending"
        process.remote.advance(seconds=4 * DAYS)
        assert client.v1.refunds.retrieve(refund).status == "failed"


def test_without_a_file_it_is_forgotten():
    """The control."""
    with sandbox() as (client, process):
        session = client.v1.checkout.sessions.create(PARAMS)
        restart(process)
        with pytest.raises(stripe.InvalidRequestError):
            client.v1.checkout.sessions.retrieve(session.id)


def test_a_refund_whose_answer_the_kill_has_lost_is_made_once(file):
    with sandbox(file=file) as (client, process):
        session = client.v1.checkout.sessions.create(PARAMS)
        process.remote.pay(payment="key-1")
        intent = client.v1.checkout.sessions.retrieve(session.id).payment_intent
        process.remote.behave(lose_answers=1, lose_for=0.1)
        with pytest.raises(stripe.APIConnectionError):
            _refund(client, intent)
        restart(process)
        refund = _refund(client, intent)
        assert refund.last_response.headers["Idempotent-Replayed"] == "true"
        assert [each.id for each in client.v1.refunds.list().data] == [refund.id]


def test_webhooks_that_nobody_has_accepted_are_sent_again(file, shop):
    shop.statuses += [500] * 20
    with sandbox(file=file, webhooks=shop.url) as (client, process):
        client.v1.checkout.sessions.create(PARAMS)
        process.remote.pay(payment="key-1")
        process.remote.wait_for_webhooks()
        refused = len(shop.received)
        shop.statuses.clear()
        restart(process)
        process.remote.advance(seconds=60)
        process.remote.wait_for_webhooks()
    assert len(shop.received) >= 2 * refused > 0


def test_it_has_written_what_its_answers_say(file):
    """A page is answered only after the payment is in the file."""
    with sandbox(file=file) as (client, process):
        session = client.v1.checkout.sessions.create(PARAMS)
        answer = requests.post(
            session.url, data={"instrument": "card"}, timeout=5, allow_redirects=False
        )
        restart(process)
        assert answer.status_code == 303
        assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def _refund(client, intent):
    params = {"payment_intent": intent, "amount": 1500}
    return client.v1.refunds.create(params, {"idempotency_key": "refund-1"})
