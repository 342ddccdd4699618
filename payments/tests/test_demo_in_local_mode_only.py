"""Where the demo provider is not chosen, nothing of it works, whatever charges exist."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from payments.charges import pay_url, settle_payment, start_payment
from payments.exceptions import NoOnlinePayments, UnknownProvider
from payments.models import DemoCharge, Payment
from payments.polling import ABANDONED_AFTER, settle_open_payments
from payments.providers.demo import bank, signing
from payments.webhooks import receive_webhook

from .factories import charge_of, make_payment, paid_at_the_bank

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def payment(settings):
    """Return an open demo payment, made before online payments were switched off."""
    payment = make_payment()
    settings.PAYMENT_PROVIDER = "none"
    return payment


def is_open(payment):
    payment.refresh_from_db()
    return payment.status == Payment.Status.OPEN


@pytest.mark.parametrize("method", ["get", "head", "post", "put", "options"])
def test_the_pay_page_is_not_there(payment, method):
    client = Client(enforce_csrf_checks=True)
    answer = getattr(client, method)(f"/pay/demo/{payment.key}/", {"answer": "pay"})
    assert answer.status_code == 404
    assert charge_of(payment).status == DemoCharge.Status.OPEN


@pytest.mark.parametrize("method", ["get", "post", "put"])
@pytest.mark.parametrize("provider", ["demo", "none", "paypal"])
def test_the_webhook_is_not_there(payment, sent_signals, method, provider):
    body = bank.webhook_body(paid_at_the_bank(payment))
    send = getattr(Client(), method)
    if method == "get":
        answer = send(f"/pay/webhooks/{provider}/")
    else:
        headers = {signing.HEADER: signing.sign(body)}
        address = f"/pay/webhooks/{provider}/"
        answer = send(address, body, content_type="application/json", headers=headers)
    assert answer.status_code == 404
    assert is_open(payment) and sent_signals == []


def test_a_paid_charge_has_no_effect(payment, sent_signals):
    body = bank.webhook_body(paid_at_the_bank(payment))
    headers = {signing.HEADER: signing.sign(body)}
    with pytest.raises(UnknownProvider):
        receive_webhook(provider="demo", headers=headers, body=body)
    with pytest.raises(UnknownProvider):
        settle_payment(payment)
    with pytest.raises(UnknownProvider):
        pay_url(payment)
    assert is_open(payment) and sent_signals == []


def test_no_payment_is_begun(payment):
    with pytest.raises(NoOnlinePayments):
        start_payment(purpose="ABCD2345", amount=1, currency="EUR", description="", return_url="/")
    assert Payment.objects.count() == 1


def test_a_payment_by_hand_supersedes_an_open_demo_payment(payment):
    by_hand = start_payment(
        purpose=payment.purpose,
        amount=payment.amount,
        currency=payment.currency,
        description="",
        return_url="/",
        provider="terminal",
    )
    assert by_hand.provider == "terminal"
    assert settle_payment(by_hand).status == Payment.Status.OPEN  # Nobody has taken it.
    assert settle_payment(by_hand, taken_by="staff:1").status == Payment.Status.CAPTURED
    assert not is_open(payment)


def test_its_open_payments_are_abandoned_at_last(payment, sent_signals):
    ago = timezone.now() - ABANDONED_AFTER - timedelta(minutes=1)
    Payment.objects.filter(pk=payment.pk).update(created_at=ago, next_poll_at=ago)
    settle_open_payments()
    assert not is_open(payment)
    assert sent_signals == [("failed", payment.key)]


def test_a_recent_one_stays_open_for_its_provider(payment, sent_signals):
    ago = timezone.now() - timedelta(hours=1)
    Payment.objects.filter(pk=payment.pk).update(created_at=ago, next_poll_at=ago)
    settle_open_payments()
    assert is_open(payment) and sent_signals == []
