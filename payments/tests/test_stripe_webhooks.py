"""Stripe's webhooks: doubled, out of order, forged, old, and with secrets that are rotated."""

import json
import time
from datetime import timedelta

import pytest
import stripe

from payments import credentials
from payments.charges import settle_payment
from payments.exceptions import ProviderUnavailable
from payments.models import Payment, ProviderEvent
from payments.polling import settle_open_payments

from .stripe_shop import deliver, new_payment, post_webhook

pytestmark = pytest.mark.django_db(transaction=True)

SIGNATURE = "Stripe-Signature"


@pytest.fixture
def paid(stripe_sandbox):
    """Return the webhook of a payment that Stripe has taken and we have not noticed."""
    payment = new_payment()
    stripe_sandbox.pay(payment.key)
    messages = stripe_sandbox.take_webhooks()
    return next(one for one in messages if b'"checkout.session.completed"' in one.body)


def signed(body, secret, at=None):
    header = stripe.WebhookSignature.generate_signature_header(body.decode(), secret, at)
    return {SIGNATURE: header}


def event_of(subject):
    event = {"id": "evt_1", "type": "checkout.session.completed", "livemode": False}
    return json.dumps(event | {"data": {"object": subject}}).encode()


def use_keys(settings, **changes):
    settings.PAYMENT_KEYS = {"stripe": {**settings.PAYMENT_KEYS["stripe"], **changes}}
    credentials.clear_cached_credentials()


def test_doubled_events_are_applied_once(stripe_sandbox, sent_signals):
    stripe_sandbox.behave(events_doubled=True)
    payment = new_payment()
    stripe_sandbox.pay(payment.key)
    assert set(deliver(stripe_sandbox)) == {200}
    assert sent_signals == [("captured", payment.key)]


def test_events_in_the_wrong_order_come_to_the_same_end(stripe_sandbox, sent_signals):
    payment = new_payment()
    stripe_sandbox.pay(payment.key)
    stripe_sandbox.refund(payment.key, 1000)
    dispute = stripe_sandbox.dispute(payment.key)
    stripe_sandbox.close_dispute(dispute, won=True)
    messages = stripe_sandbox.take_webhooks()
    assert set(deliver(stripe_sandbox, messages=messages[::-1])) == {200}
    payment.refresh_from_db()
    assert payment.status == "captured"
    assert payment.refunds.get().made_at_provider
    assert payment.disputes.get().status == "won"
    assert sent_signals.count(("captured", payment.key)) == 1


def test_a_forged_event_changes_nothing(stripe_sandbox, paid):
    assert post_webhook(paid.body, signed(paid.body, "whsec_forged")) == 400
    assert post_webhook(paid.body, {}) == 400
    assert post_webhook(paid.body, {SIGNATURE: "t=1,v1=x"}) == 400
    changed = paid.body.replace(b"cs_test_", b"cs_test_x")
    assert post_webhook(changed, paid.headers()) == 400
    assert not ProviderEvent.objects.exists()
    assert Payment.objects.get().status == "open"


def test_what_an_event_says_is_not_believed(stripe_sandbox):
    """Even an event with a true signature is only a reason to ask Stripe."""
    payment = new_payment()
    stripe_sandbox.pay(payment.key, "card_declined")
    subject = {
        "id": payment.page_reference,
        "object": "checkout.session",
        "payment_status": "paid",
        "metadata": {"payment": payment.key},
    }
    body = event_of(subject)
    assert post_webhook(body, signed(body, stripe_sandbox.stripe_webhook_secret)) == 200
    assert Payment.objects.get().status == "open"


@pytest.mark.parametrize("age, status", [(200, 200), (400, 400)])
def test_an_old_signature_is_refused(stripe_sandbox, paid, age, status):
    headers = signed(paid.body, stripe_sandbox.stripe_webhook_secret, int(time.time()) - age)
    assert post_webhook(paid.body, headers) == status


def test_two_secrets_are_accepted_while_they_are_rotated(stripe_sandbox, settings, paid):
    use_keys(settings, webhook_secrets=["whsec_new", "whsec_old"])
    for secret, status in [("whsec_new", 200), ("whsec_old", 200), ("whsec_older", 400)]:
        assert post_webhook(paid.body, signed(paid.body, secret)) == status


def test_without_a_secret_nothing_is_accepted(stripe_sandbox, settings, paid):
    use_keys(settings, webhook_secrets=[])
    assert post_webhook(paid.body, signed(paid.body, "")) == 400


def test_live_and_test_are_never_mixed(stripe_sandbox, settings, paid):
    secret = "whsec_x"
    use_keys(settings, secret_key="sk_live_123456789", webhook_secrets=[secret])
    assert post_webhook(paid.body, signed(paid.body, secret)) == 400
    with pytest.raises(ProviderUnavailable, match="This is a test payment"):
        settle_payment(Payment.objects.get())


def test_events_of_others_are_acknowledged(stripe_sandbox):
    """The same account may be another shop's as well."""
    subject = {
        "id": "cs_test_other",
        "object": "checkout.session",
        "metadata": {},
        "payment_intent": "pi_other",
    }
    body = event_of(subject)
    assert post_webhook(body, signed(body, stripe_sandbox.stripe_webhook_secret)) == 200
    assert ProviderEvent.objects.get().outcome == "ignored: not about a payment"


def test_kinds_that_were_not_asked_for_are_acknowledged_and_not_stored(stripe_sandbox, paid):
    body = json.dumps(json.loads(paid.body) | {"id": "evt_x", "type": "charge.succeeded"}).encode()
    assert post_webhook(body, signed(body, stripe_sandbox.stripe_webhook_secret)) == 200
    assert not ProviderEvent.objects.exists()
    assert Payment.objects.get().status == "open"


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b'{"id": 1, "data": {"object": null}}', b"\xff"]
)
def test_a_malformed_event_is_refused(stripe_sandbox, body):
    try:
        headers = signed(body, stripe_sandbox.stripe_webhook_secret)
    except UnicodeDecodeError:
        headers = {SIGNATURE: "t=1,v1=x"}
    assert post_webhook(body, headers) == 400


def test_a_missing_webhook_is_made_up_for_by_polling(stripe_sandbox):
    stripe_sandbox.behave(events_missing=True)
    payment = new_payment()
    stripe_sandbox.pay(payment.key)
    Payment.objects.update(created_at=payment.created_at - timedelta(minutes=5))
    assert settle_open_payments() == 1
    assert Payment.objects.get().status == "captured"
