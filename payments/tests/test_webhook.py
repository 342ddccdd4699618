"""Webhooks of providers."""

from decimal import Decimal

import pytest
from django.test import Client

from payments.providers.demo import bank, signing

from .factories import charge_of, make_payment, paid_at_the_bank

pytestmark = pytest.mark.django_db(transaction=True)

URL = "/pay/webhooks/demo/"


def post(body, signature=None, client=None, url=URL):
    headers = {signing.HEADER: signing.sign(body) if signature is None else signature}
    return (client or Client()).post(url, body, content_type="application/json", headers=headers)


def test_it_accepts_a_webhook_without_cookie_or_token(sent_signals):
    payment = make_payment()
    body = bank.webhook_body(paid_at_the_bank(payment))

    answers = [post(body, client=Client(enforce_csrf_checks=True)) for _time in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert sent_signals == [("captured", payment.key)]


def test_it_refuses_a_forged_webhook(sent_signals, caplog):
    payment = make_payment()
    body = bank.webhook_body(paid_at_the_bank(payment))
    assert post(body, signature="t=1,v1=00").status_code == 400
    assert "forged" in caplog.text
    assert sent_signals == []


def test_it_refuses_an_unknown_payment():
    body = bank.webhook_body(charge_of(make_payment())).replace(b'"key": "', b'"key": "x')
    assert post(body).status_code == 404


def test_it_refuses_a_wrong_amount(sent_signals):
    payment = make_payment()
    body = bank.webhook_body(paid_at_the_bank(payment, amount=Decimal("1.00")))
    assert post(body).status_code == 409
    assert sent_signals == []


def test_it_knows_no_other_provider():
    assert post(b"{}", url="/pay/webhooks/other/").status_code == 404


def test_it_is_for_post_only():
    assert Client().get(URL).status_code == 405


def test_it_refuses_a_large_body():
    assert post(b" " * (256 * 1024 + 1)).status_code == 413
