"""Slow answers, errors, and answers that are lost after the request was carried out."""

import time

import pytest
import requests
import stripe


@pytest.fixture
def impatient(payments_sandbox):
    """Return a client that gives up after a second and tries once more."""
    http = stripe.RequestsClient(timeout=1)
    return stripe.StripeClient(
        payments_sandbox.stripe_key,
        base_addresses={"api": payments_sandbox.url},
        http_client=http,
        max_network_retries=1,
    )


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
    payments_sandbox.behave("key-slow", slow=0.5)
    started = time.monotonic()
    create_session(client_reference_id="key-fast")
    fast = time.monotonic() - started
    create_session(client_reference_id="key-slow")
    assert time.monotonic() - started - fast >= 0.5 > fast


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


def test_a_refund_without_an_answer_is_made_once(client, impatient, intent, payments_sandbox):
    payments_sandbox.behave(lose_answers=1)
    refund = impatient.v1.refunds.create({"payment_intent": intent, "amount": 1500})
    assert refund.last_response.headers["Idempotent-Replayed"] == "true"
    assert [each.id for each in client.v1.refunds.list().data] == [refund.id]


def test_without_its_key_it_is_made_twice(client, impatient, intent, payments_sandbox):
    # The control of the test above: it is the key that makes it one refund.
    payments_sandbox.behave(lose_answers=1)
    with pytest.raises(stripe.APIConnectionError):
        impatient.v1.refunds.create(
            {"payment_intent": intent, "amount": 1500}, {"max_network_retries": 0}
        )
    impatient.v1.refunds.create({"payment_intent": intent, "amount": 1500})
    assert len(client.v1.refunds.list().data) == 2


def test_a_customer_pays_and_never_comes_back(client, create_session, payments_sandbox):
    payments_sandbox.behave(lose_returns=1, lose_for=0.2)
    session = create_session()
    with pytest.raises(requests.ConnectionError):
        requests.post(session.url, data={"instrument": "card"}, timeout=5)
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
