"""How payments end: 3-D Secure, delayed methods, declines that are chosen."""

import pytest
import requests

DAY = 24 * 3600


def press(url, **data):
    return requests.post(url, data=data, allow_redirects=False, timeout=5)


def test_three_d_secure_is_a_step_of_its_own(client, create_session):
    session = create_session()
    assert press(session.url, instrument="card_3ds").headers["Location"] == session.url.replace(
        session.url.split("/c/")[0], ""
    )
    intent = read(client, session).payment_intent
    assert intent.status == "requires_action"
    assert "Confirm payment" in requests.get(session.url, timeout=5).text
    assert press(f"{session.url}/challenge", answer="accept").status_code == 303
    paid = read(client, session)
    assert paid.payment_status == "paid"
    card = paid.payment_intent.latest_charge.payment_method_details.card
    assert card.three_d_secure.result == "authenticated"


def test_three_d_secure_that_fails_leaves_the_session_open(client, create_session):
    session = create_session()
    press(session.url, instrument="card_3ds")
    page = press(f"{session.url}/challenge", answer="refuse")
    assert (page.status_code, "unable to authenticate" in page.text) == (402, True)
    intent = read(client, session).payment_intent
    assert intent.last_payment_error.code == "payment_intent_authentication_failure"
    assert press(session.url, instrument="card").status_code == 303


def test_three_d_secure_can_be_asked_of_any_card(create_session, payments_sandbox):
    payments_sandbox.behave(three_d_secure=True)
    session = create_session()
    assert payments_sandbox.pay(session.id) == "challenge"
    assert payments_sandbox.answer_challenge(session.id) == "succeeded"


def test_a_session_that_expires_during_three_d_secure_is_not_paid(client, create_session):
    session = create_session()
    press(session.url, instrument="card_3ds")
    client.v1.checkout.sessions.expire(session.id)
    assert press(f"{session.url}/challenge", answer="accept").status_code == 409
    assert read(client, session).payment_intent.status == "canceled"


@pytest.mark.parametrize(
    "instrument, events, status",
    [
        ("sepa", "checkout.session.async_payment_succeeded", "paid"),
        ("sepa_fails", "checkout.session.async_payment_failed", "unpaid"),
    ],
)
def test_a_delayed_method_is_settled_days_later(
    client, create_session, payments_sandbox, instrument, events, status
):
    session = create_session(payment_method_types=["card", "sepa_debit"])
    assert payments_sandbox.pay(session.id, instrument) == "pending"
    waiting = read(client, session)
    assert (waiting.status, waiting.payment_status) == ("complete", "unpaid")
    assert waiting.payment_intent.status == "processing"
    assert waiting.payment_intent.latest_charge.id.startswith("py_")
    payments_sandbox.advance(3 * DAY)
    settled = read(client, session)
    assert settled.payment_status == status
    assert client.v1.events.list({"type": events}).data[0].data.object.id == session.id


def test_a_delayed_payment_can_be_settled_at_once(client, create_session, payments_sandbox):
    payments_sandbox.behave(delayed="succeeds")
    session = create_session()
    assert payments_sandbox.pay(session.id) == "pending"
    payments_sandbox.settle(session.id)
    payments_sandbox.advance(3 * DAY)
    assert read(client, session).payment_status == "paid"
    assert len(client.v1.events.list({"type": "charge.succeeded"}).data) == 1


def test_one_payment_is_declined_and_others_are_not(create_session, payments_sandbox):
    payments_sandbox.behave("key-2", decline="insufficient_funds")
    good = create_session(client_reference_id="key-1")
    bad = create_session(client_reference_id="key-2")
    assert payments_sandbox.pay(good.id) == "succeeded"
    assert payments_sandbox.pay(bad.id) == "insufficient_funds"
    payments_sandbox.behave_well()
    assert payments_sandbox.pay(bad.id) == "succeeded"


def test_the_page_offers_the_methods_of_the_session(create_session):
    session = create_session(payment_method_types=["ideal"])
    assert "SEPA" not in requests.get(session.url, timeout=5).text
    assert press(session.url, instrument="sepa").status_code == 422


def test_cancel_leads_back_to_the_shop(client, create_session):
    session = create_session()
    answer = press(session.url, action="cancel")
    assert answer.headers["Location"] == "http://shop.example.org/cancel"
    assert read(client, session).status == "open"


def test_an_unknown_behaviour_is_refused(payments_sandbox):
    with pytest.raises(ValueError, match="no behaviour declines"):
        payments_sandbox.behave(declines=True)
    with pytest.raises(ValueError, match="decline is one of"):
        payments_sandbox.behave(decline="rude")
    with pytest.raises(ValueError, match="slow is a float"):
        payments_sandbox.behave(slow="very")


def read(client, session):
    return client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent.latest_charge"]}
    )
