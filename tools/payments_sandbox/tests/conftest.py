"""What the tests of the sandbox share: the sandbox and Stripe's own client."""

import pytest
import stripe

from tools.payments_sandbox.testing import payments_sandbox as payments_sandbox


@pytest.fixture
def client(payments_sandbox):
    """Return Stripe's client, connected to the sandbox."""
    return stripe.StripeClient(
        payments_sandbox.stripe_key,
        base_addresses={"api": payments_sandbox.url},
        max_network_retries=0,
    )


@pytest.fixture
def create_session(client):
    """Return a function that creates a Checkout Session of 45.00 EUR, or as its arguments say."""

    def create(currency="eur", amount=4500, options=None, **params):
        item = {
            "price_data": {
                "currency": currency,
                "unit_amount": amount,
                "product_data": {"name": "Order AB12CD"},
            },
            "quantity": 1,
        }
        defaults = {
            "mode": "payment",
            "line_items": [item],
            "success_url": "http://127.0.0.1:9/return?session={CHECKOUT_SESSION_ID}",
            "cancel_url": "http://127.0.0.1:9/cancel",
            "client_reference_id": "key-1",
        }
        return client.v1.checkout.sessions.create(defaults | params, options)

    return create
