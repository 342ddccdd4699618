"""Where the demo provider is not chosen, nothing of it works, whatever it has in its books."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from payments.charges import pay_url, settle_payment, start_payment
from payments.exceptions import NoOnlinePayments, UnknownProvider
from payments.models import DemoCharge, Payment
from payments.polling import ABANDONED_AFTER, settle_open_payments
from payments.providers.demo import bank, signing
from payments.webhooks import receive_notice

from .factories import charge_of, make_payment, paid_at_the_bank

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def payment(settings):
    """An open demo payment of before; nobody takes payments online any more."""
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
def test_the_webhook_is_not_there(payment, heard, method, provider):
    body = bank.notice_of(paid_at_the_bank(payment))
    send = getattr(Client(), method)
    if method == "get":
        answer = send(f"/pay/webhooks/{provider}/")
    else:
        headers = {signing.HEADER: signing.sign(body)}
        address = f"/pay/webhooks/{provider}/"
        answer = send(address, body, content_type="application/json", headers=headers)
    assert answer.status_code == 404
    assert is_open(payment) and heard == []


def test_a_charge_that_the_bank_has_taken_counts_for_nothing(payment, heard):
    body = bank.notice_of(paid_at_the_bank(payment))
    headers = {signing.HEADER: signing.sign(body)}
    with pytest.raises(UnknownProvider):
        receive_notice(provider="demo", headers=headers, body=body)
    with pytest.raises(UnknownProvider):
        settle_payment(payment)
    with pytest.raises(UnknownProvider):
        pay_url(payment)
    assert is_open(payment) and heard == []


def test_no_payment_is_begun(payment):
    with pytest.raises(NoOnlinePayments):
        start_payment(purpose="ABCD2345", amount=1, currency="EUR", description="", return_url="/")
    assert Payment.objects.count() == 1


def test_what_is_paid_by_hand_takes_the_place_of_an_open_demo_payment(payment):
    cash = start_payment(
        purpose=payment.purpose,
        amount=payment.amount,
        currency=payment.currency,
        description="",
        return_url="/",
        provider="cash",
    )
    assert (cash.provider, settle_payment(cash).status) == ("cash", Payment.Status.CAPTURED)
    assert not is_open(payment)


def test_nobody_is_asked_for_ever_about_its_open_payments(payment, heard):
    ago = timezone.now() - ABANDONED_AFTER - timedelta(minutes=1)
    Payment.objects.filter(pk=payment.pk).update(created_at=ago, next_poll_at=ago)
    settle_open_payments()
    assert not is_open(payment)
    assert heard == [("failed", payment.key)]


def test_a_young_one_may_still_find_its_provider_again(payment, heard):
    ago = timezone.now() - timedelta(hours=1)
    Payment.objects.filter(pk=payment.pk).update(created_at=ago, next_poll_at=ago)
    settle_open_payments()
    assert is_open(payment) and heard == []
