"""What the tests of the sandbox share: the sandbox and both providers' own clients."""

import threading

import pytest
import stripe
from mollie.api.client import Client

from tools.payments_sandbox.testing import payments_sandbox as payments_sandbox
from tools.payments_sandbox.tests.shop import Shop


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
            "success_url": "http://shop.example.org/return?session={CHECKOUT_SESSION_ID}",
            "cancel_url": "http://shop.example.org/cancel",
            "client_reference_id": "key-1",
        }
        return client.v1.checkout.sessions.create(defaults | params, options)

    return create


@pytest.fixture
def mollie(payments_sandbox):
    """Return Mollie's client, connected to the sandbox."""
    client = Client(api_endpoint=payments_sandbox.url)
    client.set_api_key(payments_sandbox.mollie_key)
    return client


@pytest.fixture
def create_payment(mollie):
    """Return a function that creates a payment of 45.00 EUR, or as its arguments say."""

    def create(idempotency_key="", **changes):
        defaults = {
            "amount": {"value": "45.00", "currency": "EUR"},
            "description": "Order AB12CD",
            "redirectUrl": "http://shop.example.org/return",
            "cancelUrl": "http://shop.example.org/cancel",
            "metadata": {"payment": "key-1"},
        }
        return mollie.payments.create(defaults | changes, idempotency_key=idempotency_key)

    return create


@pytest.fixture
def shop():
    """Return a shop that listens on this machine."""
    shop = Shop()
    thread = threading.Thread(target=shop.server.serve_forever, args=(0.02,))
    thread.start()
    yield shop
    shop.server.shutdown()
    shop.server.server_close()
    thread.join()
