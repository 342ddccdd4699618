"""API keys, versions and unknown calls, through Stripe's own client."""

import pytest
import stripe


def connect(sandbox, key, **options):
    return stripe.StripeClient(key, base_addresses={"api": sandbox.url}, **options)


def test_a_good_key_reads_its_account(client):
    account = client.v1.accounts.retrieve_current()
    assert account.id.startswith("acct_")
    assert account.charges_enabled


@pytest.mark.parametrize("key", ["sk_test_wrong", "pk_test_publishable", "nonsense"])
def test_a_wrong_key_is_refused(payments_sandbox, key):
    with pytest.raises(stripe.AuthenticationError):
        connect(payments_sandbox, key).v1.accounts.retrieve_current()


def test_a_revoked_key_is_refused(client, payments_sandbox):
    payments_sandbox.stripe_keys.revoke(payments_sandbox.stripe_key)
    with pytest.raises(stripe.AuthenticationError, match="Invalid API Key"):
        client.v1.accounts.retrieve_current()


def test_a_restricted_key_does_what_it_may(create_session, payments_sandbox):
    session = create_session()
    key = payments_sandbox.restricted_key(["checkout_session_write"])
    restricted = connect(payments_sandbox, key)
    assert restricted.v1.checkout.sessions.retrieve(session.id).id == session.id
    assert restricted.v1.checkout.sessions.expire(session.id).status == "expired"
    with pytest.raises(stripe.PermissionError, match="rak_charge_write"):
        restricted.v1.refunds.create({"payment_intent": "pi_1"})


def test_reading_is_not_writing(create_session, payments_sandbox):
    session = create_session()
    key = payments_sandbox.restricted_key(["checkout_session_read"])
    with pytest.raises(stripe.PermissionError, match="rak_checkout_session_write"):
        connect(payments_sandbox, key).v1.checkout.sessions.expire(session.id)


def test_test_and_live_mode_share_nothing(create_session, payments_sandbox):
    session = create_session()
    live = connect(payments_sandbox, payments_sandbox.stripe_keys.live_secret)
    with pytest.raises(stripe.InvalidRequestError, match="exists in test mode, but a live") as no:
        live.v1.checkout.sessions.retrieve(session.id)
    assert (no.value.http_status, no.value.code) == (404, "resource_missing")


def test_another_version_of_the_api_is_refused(payments_sandbox):
    old = connect(payments_sandbox, payments_sandbox.stripe_key, stripe_version="2020-08-27")
    with pytest.raises(stripe.InvalidRequestError, match="Invalid Stripe API version"):
        old.v1.accounts.retrieve_current()


def test_a_call_that_the_sandbox_does_not_have_is_not_found(client):
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL"):
        client.v1.customers.create({"email": "ann@example.org"})


def test_what_cannot_be_expanded_is_refused(client, create_session):
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        client.v1.checkout.sessions.retrieve(create_session().id, {"expand": ["colour"]})
