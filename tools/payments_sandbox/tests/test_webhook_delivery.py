"""Webhooks over HTTP: retried, doubled, out of order, forged, missing."""

import pytest
import stripe


@pytest.fixture
def shop(shop, payments_sandbox):
    """Return the shop, to which the sandbox sends two kinds of events."""
    payments_sandbox.send_webhooks()
    payments_sandbox.send_stripe_events_to(shop.url)
    payments_sandbox.stripe.endpoint.enabled_events = [
        "checkout.session.completed",
        "charge.refunded",
    ]
    return shop


def genuine(sandbox, received):
    """Return the events among what was received that are signed as they should be."""
    events = []
    for headers, body in received:
        try:
            event = stripe.Webhook.construct_event(
                body, headers["Stripe-Signature"], sandbox.stripe_webhook_secret
            )
        except stripe.SignatureVerificationError:
            continue
        events.append(event)
    return events


def test_it_is_delivered_and_signed(shop, create_session, payments_sandbox):
    session = create_session()
    payments_sandbox.pay(session.id)
    assert payments_sandbox.wait_for_webhooks()
    [event] = genuine(payments_sandbox, shop.received)
    assert event.data.object.id == session.id


def test_it_is_sent_again_until_the_shop_takes_it(shop, create_session, payments_sandbox):
    shop.statuses = [500, 302]
    payments_sandbox.pay(create_session().id)
    payments_sandbox.wait_for_webhooks()
    for _attempt in range(2):
        payments_sandbox.advance(3600)
        payments_sandbox.wait_for_webhooks()
    events = genuine(payments_sandbox, shop.received)
    assert len({each.id for each in events}) == 1
    assert payments_sandbox.webhooks_sent()[0]["attempts"] == [500, 302, 200]
    payments_sandbox.advance(24 * 3600)
    assert payments_sandbox.wait_for_webhooks()
    assert len(shop.received) == 3


def test_it_is_sent_again_when_nobody_answered(create_session, payments_sandbox, shop):
    payments_sandbox.send_stripe_events_to("http://127.0.0.1:9/nobody")
    payments_sandbox.pay(create_session().id)
    payments_sandbox.wait_for_webhooks()
    assert payments_sandbox.webhooks_sent()[0]["attempts"] == [0]


def test_doubled_events_have_the_same_id(shop, create_session, payments_sandbox):
    payments_sandbox.behave(events_doubled=True)
    payments_sandbox.pay(create_session().id)
    payments_sandbox.wait_for_webhooks()
    first, second = genuine(payments_sandbox, shop.received)
    assert first.id == second.id


def test_events_come_out_of_order(client, shop, create_session, payments_sandbox):
    payments_sandbox.webhooks.workers = 1
    payments_sandbox.behave(events_reversed=2)
    session = create_session()
    payments_sandbox.pay(session.id)
    payments_sandbox.wait_for_webhooks()
    assert shop.received == []
    intent = client.v1.checkout.sessions.retrieve(session.id).payment_intent
    client.v1.refunds.create({"payment_intent": intent})
    payments_sandbox.wait_for_webhooks()
    types = [each.type for each in genuine(payments_sandbox, shop.received)]
    assert types == ["charge.refunded", "checkout.session.completed"]


def test_held_back_events_can_be_released(shop, create_session, payments_sandbox):
    payments_sandbox.behave(events_reversed=99)
    payments_sandbox.pay(create_session().id)
    payments_sandbox.release_webhooks()
    payments_sandbox.wait_for_webhooks()
    assert len(shop.received) == 1


def test_forged_events_come_first_and_are_noticed(shop, create_session, payments_sandbox):
    payments_sandbox.webhooks.workers = 1
    payments_sandbox.behave(events_forged=True)
    payments_sandbox.pay(create_session().id)
    payments_sandbox.wait_for_webhooks()
    assert len(shop.received) == 3
    [event] = genuine(payments_sandbox, shop.received)
    assert event == genuine(payments_sandbox, shop.received[2:])[0]


def test_missing_events_never_come(shop, create_session, payments_sandbox):
    payments_sandbox.behave("key-1", events_missing=True)
    payments_sandbox.pay(create_session().id)
    payments_sandbox.pay(create_session(client_reference_id="key-2").id)
    payments_sandbox.wait_for_webhooks()
    [event] = genuine(payments_sandbox, shop.received)
    assert event.data.object.client_reference_id == "key-2"
