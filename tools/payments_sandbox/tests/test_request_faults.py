"""Slow answers, errors, and answers that are lost after the request was carried out."""

import time

import pytest
import requests
import stripe


@pytest.fixture
def connect(payments_sandbox):
    def connect(timeout=30, retries=0):
        return stripe.StripeClient(
            payments_sandbox.stripe_key,
            base_addresses={"api": payments_sandbox.url},
            http_client=stripe.RequestsClient(timeout=timeout),
            max_network_retries=retries,
        )

    return connect


@pytest.fixture
def intent(client, create_session, payments_sandbox):
    session = create_session()
    payments_sandbox.pay(session.id)
    return client.v1.checkout.sessions.retrieve(session.id).payment_intent


def test_a_slow_provider_answers_after_seconds(client, create_session, payments_sandbox):
    session = create_session()
    payments_sandbox.behave(slow=0.3)
    started = time.monotonic()
    client.v1.checkout.sessions.retrieve(session.id)
    assert time.monotonic() - started >= 0.3


def test_one_payment_is_slow_and_others_are_not(create_session, payments_sandbox):
    payments_sandbox.behave("key-slow", slow=0.3)
    started = time.monotonic()
    create_session(client_reference_id="key-slow")
    assert time.monotonic() - started >= 0.3
    assert payments_sandbox.behaviours.of("key-fast").slow == 0


@pytest.mark.parametrize(
    "status, error",
    [(429, stripe.RateLimitError), (500, stripe.APIError), (0, stripe.APIConnectionError)],
)
def test_the_next_request_fails_and_is_not_carried_out(
    client, create_session, payments_sandbox, status, error
):
    payments_sandbox.behave(fail_next=1, fail_with=status)
    with pytest.raises(error):
        create_session()
    assert client.v1.checkout.sessions.list().data == []
    create_session()


def test_only_some_calls_fail(create_session, client, payments_sandbox):
    payments_sandbox.behave(fail_next=1, fail_with=503, fail_path="/refunds")
    create_session()
    with pytest.raises(stripe.APIError):
        client.v1.refunds.list()


def test_a_refund_without_an_answer_is_made_once(client, connect, intent, payments_sandbox):
    payments_sandbox.behave(lose_answers=1, lose_for=0.2)
    refund = connect(retries=1).v1.refunds.create({"payment_intent": intent, "amount": 1500})
    assert refund.last_response.headers["Idempotent-Replayed"] == "true"
    assert [each.id for each in client.v1.refunds.list().data] == [refund.id]


def test_without_its_key_it_is_made_twice(client, intent, payments_sandbox):
    # The control of the test above: it is the key that makes it one refund.
    payments_sandbox.behave(lose_answers=1, lose_for=0.2)
    with pytest.raises(stripe.APIConnectionError):
        client.v1.refunds.create({"payment_intent": intent, "amount": 1500})
    client.v1.refunds.create({"payment_intent": intent, "amount": 1500})
    assert len(client.v1.refunds.list().data) == 2


def test_an_answer_can_be_lost_by_a_time_out(client, connect, intent, payments_sandbox):
    payments_sandbox.behave(lose_answers=1)
    with pytest.raises(stripe.APIConnectionError, match="Timeout|timed out|communicating"):
        connect(timeout=0.5).v1.refunds.create({"payment_intent": intent, "amount": 1500})
    assert len(client.v1.refunds.list().data) == 1


def test_a_customer_pays_and_never_comes_back(client, create_session, payments_sandbox):
    payments_sandbox.behave(lose_returns=1, lose_for=0.2)
    session = create_session()
    with pytest.raises(requests.ConnectionError):
        requests.post(session.url, data={"instrument": "card"}, timeout=5)
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
