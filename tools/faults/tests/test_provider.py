"""A payment provider that loses answers and is killed, with real web servers."""

import threading

import pytest

from payments.models import Payment
from tools.faults import customers
from tools.faults.provider import broken_charges, charges_at
from tools.payments_sandbox.process import SandboxProcess

from .customers import Customer, check_two_tickets

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def provider(tmp_path):
    with SandboxProcess(file=tmp_path / "sandbox") as provider:
        yield provider


def settings_of(provider):
    values = provider.variables
    keys = {
        "secret_key": values["STRIPE_SECRET_KEY"],
        "webhook_secrets": [values["STRIPE_WEBHOOK_SECRETS"]],
        "api_base": values["STRIPE_API_BASE"],
    }
    return {"PAYMENT_PROVIDER": "stripe", "PAYMENT_KEYS": {"stripe": keys}}


def test_a_customer_whose_payment_gets_no_answer_has_tickets(serve, provider):
    provider.remote.behave(lose_returns=1, lose_for=0.1, events_missing=True)
    customer = Customer()
    customer.start(serve(settings=settings_of(provider)))
    check_two_tickets(customer.reference())
    assert len(charges_at(provider)) == 1
    assert broken_charges(provider) == []


def test_a_provider_that_is_killed_after_the_charge(serve, provider, monkeypatch):
    pay = customers._pay_page_of_provider

    def pay_and_kill(url):
        path = pay(url)
        provider.kill()
        threading.Timer(3, provider.start).start()
        return path

    monkeypatch.setattr(customers, "_pay_page_of_provider", pay_and_kill)
    customer = Customer()
    customer.start(serve(settings=settings_of(provider)))
    check_two_tickets(customer.reference())
    assert broken_charges(provider) == []


def test_a_charge_that_nobody_asked_about_is_named(serve, provider, monkeypatch):
    """The control: without the customer's return, webhooks and beat, the money is in no order."""
    monkeypatch.setattr(customers, "_read_tickets", lambda _browser, path: path)
    customer = Customer()
    customer.start(serve(settings=settings_of(provider)))
    customer.reference()
    assert Payment.objects.get().status == "open"
    [found] = broken_charges(provider)
    assert "is no captured payment" in found


def test_a_refund_that_only_the_provider_knows_is_named(serve, provider):
    customer = Customer()
    customer.start(serve(settings=settings_of(provider)))
    check_two_tickets(customer.reference())
    provider.remote.refund(payment=Payment.objects.get().key, amount=100)
    [found] = broken_charges(provider)
    assert "100 refunded there, 0 here" in found
