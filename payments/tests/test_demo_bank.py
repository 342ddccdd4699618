"""The demo bank: its pay page and its webhooks."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from core.testing.races import losers, race, winners
from payments.charges import pay_url, settle_payment
from payments.exceptions import RefundRefused
from payments.models import DemoCharge, Payment, ProviderEvent
from payments.providers.demo import bank
from payments.providers.demo.provider import DemoProvider
from payments.refunds import request_refund
from payments.signals import payment_captured

from .factories import charge_of, make_payment, paid_at_the_bank

pytestmark = pytest.mark.django_db(transaction=True)


def answer(client, payment, **data):
    return client.post(pay_url(payment), data)


def test_the_page_shows_what_is_paid_and_that_it_is_a_demo(client):
    payment = make_payment()
    page = client.get(pay_url(payment))
    assert page.status_code == 200
    assert page.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    for words in ("€45", "Two tickets", "Demo bank", "No real payments"):
        assert words in page.content.decode()


def test_looking_at_the_page_changes_nothing(client, sent_signals):
    payment = make_payment()
    client.get(pay_url(payment) + "?answer=pay")
    assert charge_of(payment).status == "open"
    assert sent_signals == []


def test_pay_captures_before_the_customer_is_back(client, sent_signals):
    payment = make_payment()

    back = answer(client, payment, answer="pay")

    assert (back.status_code, back.headers["Location"]) == (303, "/orders/K7F39QXM/")
    assert sent_signals == [("captured", payment.key)]
    assert ProviderEvent.objects.count() == 1


def test_pay_takes_few_queries(client, django_assert_max_num_queries):
    url = pay_url(make_payment())
    with django_assert_max_num_queries(10):
        client.post(url, {"answer": "pay"})


def test_decline_fails_the_payment(client, sent_signals):
    payment = make_payment()
    back = answer(client, payment, answer="decline")
    assert back.status_code == 303
    assert sent_signals == [("failed", payment.key)]


def test_it_answers_twice_and_that_counts_once(client, sent_signals, monkeypatch):
    results, original = [], bank.receive_webhook
    monkeypatch.setattr(bank, "receive_webhook", lambda **n: results.append(original(**n)))
    payment = make_payment()

    answer(client, payment, answer="twice")

    assert results == [True, False]
    assert sent_signals == [("captured", payment.key)]


@pytest.mark.parametrize(
    ("data", "seconds"),
    [
        ({"answer": "slowly"}, 10),
        ({"answer": "late"}, 20 * 60),
        ({"answer": "late", "seconds": "90"}, 90),
    ],
)
def test_a_late_answer_is_kept_back_until_its_time(client, sent_signals, data, seconds):
    payment = make_payment()

    back = answer(client, payment, **data)

    assert back.status_code == 303
    wait = (charge_of(payment).webhook_at - timezone.now()).total_seconds()
    assert seconds - 5 < wait <= seconds
    assert settle_payment(payment).status == "open", "The outcome is kept back until then."
    assert bank.send_due_webhooks() == 0
    assert sent_signals == []

    make_webhook_due(payment)
    assert bank.send_due_webhooks() == 1
    assert bank.send_due_webhooks() == 0
    assert sent_signals == [("captured", payment.key)]


def test_polling_after_the_delay_finds_the_outcome_without_a_webhook(sent_signals):
    payment = make_payment()
    bank.pay(charge_of(payment), after=timedelta(seconds=10))
    make_webhook_due(payment)
    assert settle_payment(payment).status == "captured"


def test_never_leaves_everything_open(client, sent_signals):
    payment = make_payment()
    assert answer(client, payment, answer="never").status_code == 303
    assert charge_of(payment).status == "open"
    assert settle_payment(payment).status == "open"
    assert sent_signals == []


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"answer": "steal"},
        {"answer": "late", "seconds": "soon"},
        {"answer": "late", "seconds": "0"},
        {"answer": "late", "seconds": "86401"},
    ],
)
def test_it_refuses_what_is_no_answer(client, data):
    payment = make_payment()
    page = answer(client, payment, **data)
    assert page.status_code == 422
    assert "Please choose" in page.content.decode()
    assert charge_of(payment).status == "open"


def test_the_customer_cannot_change_the_amount(client, sent_signals):
    payment = make_payment()
    answer(client, payment, answer="pay", amount="0.01", currency="SEK")
    assert charge_of(payment).amount == Decimal("45.00")
    assert sent_signals == [("captured", payment.key)]


def test_a_decided_charge_stays_decided(client, sent_signals):
    payment = make_payment()
    answer(client, payment, answer="decline")
    back = answer(client, payment, answer="pay")
    assert back.status_code == 303
    assert charge_of(payment).status == "declined"
    page = client.get(pay_url(payment)).content.decode()
    assert "Payment declined" in page
    assert "<form" not in page


def test_two_tabs_decide_once(sent_signals):
    payment = make_payment()
    charge = charge_of(payment)
    outcomes = race(*[lambda: bank.pay(charge), lambda: bank.decline(charge)] * 4)
    assert losers(outcomes, ()) == []
    assert len(sent_signals) == 1
    payment.refresh_from_db()
    assert {"paid": "captured", "declined": "failed"}[charge_of(payment).status] == payment.status


def test_the_customer_returns_even_when_the_webhook_fails(client, caplog):
    def refuse(sender, payment, **kwargs):
        raise RuntimeError("The listener cannot write its rows.")

    payment = make_payment()
    payment_captured.connect(refuse)
    try:
        assert answer(client, payment, answer="pay").status_code == 303
    finally:
        payment_captured.disconnect(refuse)
    assert "could not be processed" in caplog.text
    assert settle_payment(Payment.objects.get(pk=payment.pk)).status == "captured"


def test_concurrent_senders_send_each_webhook_once(sent_signals):
    payments = [make_payment(purpose=str(number)) for number in range(12)]
    for payment in payments:
        bank.pay(charge_of(payment), after=timedelta(hours=1))
        make_webhook_due(payment)
    outcomes = race(*[bank.send_due_webhooks] * 4)
    assert sum(winners(outcomes)) == 12
    assert sorted(sent_signals) == sorted(("captured", payment.key) for payment in payments)


def test_an_unknown_key_is_not_found(client):
    assert client.get(reverse("payments:demo_pay", args=["nothing"])).status_code == 404
    assert client.post(reverse("payments:demo_pay", args=["nothing"])).status_code == 404


def test_it_needs_a_csrf_token():
    from django.test import Client

    payment = make_payment()
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(pay_url(payment), {"answer": "pay"}).status_code == 403
    assert charge_of(payment).status == "open"


def test_it_refunds_only_what_it_took():
    payment = make_payment(amount=Decimal("10.00"))
    paid_at_the_bank(payment)
    payment = settle_payment(payment)
    refund = request_refund(payment=payment, amount=Decimal("10.00"), key="a", reason="")
    DemoProvider().refund(refund)
    DemoProvider().refund(refund)
    refund.key = "b"
    with pytest.raises(RefundRefused):
        DemoProvider().refund(refund)
    assert charge_of(payment).refunds == {"a": "10.00"}


def test_the_database_refuses_to_refund_more_than_the_charge():
    charge = paid_at_the_bank(make_payment())
    with pytest.raises(IntegrityError, match="demo_refunds_stay_within_the_charge"):
        DemoCharge.objects.filter(pk=charge.pk).update(refunded=Decimal("45.01"))


def make_webhook_due(payment):
    moment = timezone.now() - timedelta(seconds=1)
    DemoCharge.objects.filter(key=payment.key).update(webhook_at=moment)
