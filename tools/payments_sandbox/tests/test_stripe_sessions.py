"""Checkout Sessions, through Stripe's own client."""

import time

import pytest
import requests
import stripe


def test_it_creates_an_open_session(create_session, payments_sandbox):
    session = create_session(customer_email="ann@example.org", locale="de")
    assert session.id.startswith("cs_test_")
    assert session.url == f"{payments_sandbox.url}/c/pay/{session.id}"
    assert (session.amount_total, session.currency) == (4500, "eur")
    assert (session.status, session.payment_status) == ("open", "unpaid")
    assert session.client_reference_id == "key-1"
    assert session.customer_details.email == "ann@example.org"


def test_a_customer_pays_on_the_page_without_javascript(client, create_session):
    session = create_session()
    page = requests.get(session.url, timeout=5)
    assert "45.00 EUR" in page.text
    answer = requests.post(
        session.url, data={"instrument": "card"}, allow_redirects=False, timeout=5
    )
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"http://shop.example.org/return?session={session.id}"
    paid = client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent.latest_charge.balance_transaction"]}
    )
    assert (paid.status, paid.payment_status, paid.url) == ("complete", "paid", None)
    charge = paid.payment_intent.latest_charge
    assert charge.payment_method_details.card.last4 == "4242"
    assert charge.balance_transaction.net == 4500 - charge.balance_transaction.fee


def test_a_declined_card_leaves_the_session_open(client, create_session):
    session = create_session()
    page = requests.post(session.url, data={"instrument": "card_declined"}, timeout=5)
    assert page.status_code == 402
    assert "Your card was declined." in page.text
    again = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert again.status == "open"
    assert again.payment_intent.last_payment_error.decline_code == "generic_decline"
    requests.post(session.url, data={"instrument": "card"}, allow_redirects=False, timeout=5)
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_an_expired_session_cannot_be_paid(client, create_session):
    session = create_session()
    assert client.v1.checkout.sessions.expire(session.id).status == "expired"
    page = requests.post(session.url, data={"instrument": "card"}, timeout=5)
    assert page.status_code == 409
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "unpaid"


def test_a_paid_session_cannot_be_expired(client, create_session, payments_sandbox):
    session = create_session()
    assert payments_sandbox.pay(session.id) == "succeeded"
    with pytest.raises(stripe.InvalidRequestError, match="status of `complete`"):
        client.v1.checkout.sessions.expire(session.id)


def test_it_expires_by_itself(client, create_session, payments_sandbox):
    session = create_session(expires_at=int(time.time()) + 31 * 60)
    payments_sandbox.advance(32 * 60)
    assert client.v1.checkout.sessions.retrieve(session.id).status == "expired"


@pytest.mark.parametrize("seconds", [8 * 60, 25 * 3600])
def test_it_refuses_to_expire_too_early_or_late(create_session, seconds):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        create_session(expires_at=int(time.time()) + seconds)
    assert refused.value.param == "expires_at"


@pytest.mark.parametrize(
    "currency, amount, code",
    [
        ("eur", 49, "amount_too_small"),
        ("jpy", 49, "amount_too_small"),
        ("eur", 100_000_000, "amount_too_large"),
        ("kwd", 1005, "invalid_charge_amount"),
        ("isk", 150, "invalid_charge_amount"),
    ],
)
def test_it_refuses_amounts_that_cannot_be_charged(create_session, currency, amount, code):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        create_session(currency=currency, amount=amount)
    assert refused.value.code == code


def test_an_unknown_parameter_is_refused(create_session):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        create_session(sucess_url="http://127.0.0.1:9/")
    assert (refused.value.code, refused.value.param) == ("parameter_unknown", "sucess_url")
