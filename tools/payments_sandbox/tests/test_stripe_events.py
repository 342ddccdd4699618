"""Events and their signed webhooks: Stripe remembers events, whatever became of webhooks."""

import pytest
import stripe


def test_a_missing_webhook_is_found_in_the_events(client, create_session, payments_sandbox):
    payments_sandbox.behave(events_missing=True)
    session = create_session()
    payments_sandbox.pay(session.id)
    assert payments_sandbox.take_webhooks() == []
    [event] = client.v1.events.list({"types": ["checkout.session.completed"]}).data
    assert client.v1.events.retrieve(event.id).data.object.id == session.id


def test_an_event_names_the_request_that_caused_it(client, create_session, payments_sandbox):
    session = create_session()
    payments_sandbox.pay(session.id)
    intent = client.v1.checkout.sessions.retrieve(session.id).payment_intent
    client.v1.refunds.create({"payment_intent": intent}, {"idempotency_key": "refund-7"})
    made = client.v1.events.list({"type": "refund.created"}).data[0]
    assert made.request.idempotency_key == "refund-7"
    paid = client.v1.events.list({"type": "charge.succeeded"}).data[0]
    assert paid.request.id is None  # The customer did it, not the shop.


def test_lists_come_page_by_page_newest_first(client, create_session, payments_sandbox):
    sessions = [create_session(client_reference_id=f"key-{n}").id for n in range(5)]
    first = client.v1.checkout.sessions.list({"limit": 2})
    assert [each.id for each in first.data] == sessions[:2:-1]
    assert first.has_more
    every = client.v1.checkout.sessions.list({"limit": 2}).auto_paging_iter()
    assert [each.id for each in every] == sessions[::-1]


def test_lists_can_be_limited_to_a_time(client, create_session, payments_sandbox):
    early = create_session()
    payments_sandbox.advance(3600)
    late = create_session()
    listed = client.v1.checkout.sessions.list({"created": {"gt": early.created}})
    assert [each.id for each in listed.data] == [late.id]
    listed = client.v1.checkout.sessions.list({"created": {"lte": early.created}})
    assert [each.id for each in listed.data] == [early.id]


def read(sandbox, message, secret=None):
    return stripe.Webhook.construct_event(
        message.body,
        message.headers()["Stripe-Signature"],
        secret or sandbox.stripe_webhook_secret,
    )


def test_a_payment_is_announced(create_session, payments_sandbox):
    session = create_session()
    payments_sandbox.pay(session.id)
    events = [read(payments_sandbox, each) for each in payments_sandbox.take_webhooks()]
    done = [each for each in events if each.type == "checkout.session.completed"]
    assert len(done) == 1
    assert done[0].data.object.id == session.id
    assert done[0].data.object.payment_status == "paid"


def test_a_wrong_secret_is_noticed(create_session, payments_sandbox):
    payments_sandbox.pay(create_session().id)
    message = payments_sandbox.take_webhooks()[0]
    with pytest.raises(stripe.SignatureVerificationError):
        read(payments_sandbox, message, secret="whsec_other")


def test_both_secrets_sign_during_a_rotation(create_session, payments_sandbox):
    payments_sandbox.stripe.endpoint.secrets = ["whsec_new", "whsec_old"]
    payments_sandbox.pay(create_session().id)
    message = payments_sandbox.take_webhooks()[0]
    assert (
        read(payments_sandbox, message, "whsec_new").id
        == read(payments_sandbox, message, "whsec_old").id
    )
