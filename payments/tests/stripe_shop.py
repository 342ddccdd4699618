"""Payments by Stripe in tests: see the fixture `stripe_sandbox`."""

from decimal import Decimal

from django.test import Client
from django.urls import reverse

from payments.charges import pay_url, start_payment
from payments.providers import PageOptions

OPTIONS = PageOptions(email="alice@example.org", language="de")


def new_payment(**changes):
    """Return an open payment whose page has been shown to its customer."""
    details = {
        "purpose": "K7F39QXM",
        "amount": Decimal("45.00"),
        "currency": "EUR",
        "description": "Mahler 2, order K7F39QXM",
        "return_url": "https://tickets.example.org/orders/K7F39QXM/",
        **changes,
    }
    payment = start_payment(**details)
    pay_url(payment, OPTIONS)
    return payment


def deliver(sandbox, *, messages=None):
    """Send the sandbox's webhooks to the site, oldest first; return the status of each answer."""
    messages = sandbox.take_webhooks() if messages is None else messages
    return [post_webhook(message.body, message.headers()) for message in messages]


def post_webhook(body, headers):
    response = Client().post(
        reverse("payments:webhook", args=["stripe"]),
        data=body,
        content_type="application/json",
        headers=headers,
    )
    return response.status_code
