"""Signed webhooks."""

import pytest
import stripe


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
