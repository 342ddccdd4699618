"""Mollie through its own SDK, against the payments sandbox: the second provider."""

import re
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from payments.charges import pay_url, settle_payment, start_payment
from payments.methods import find_account_problems
from payments.models import Dispute, Payment, Payout, PayoutLine, ProviderEvent, Refund
from payments.payouts import fetch_payouts
from payments.providers import PageOptions
from payments.refunds import request_refund, send_refunds

pytestmark = pytest.mark.django_db(transaction=True)

OPTIONS = PageOptions(email="alice@example.org", language="de")


@pytest.fixture
def mollie(stripe_sandbox, settings):
    """Take payments by Mollie; return the sandbox that stands in for it."""
    settings.PAYMENT_PROVIDER = "mollie"
    settings.PAYMENT_KEYS = {
        "mollie": {
            "secret_key": stripe_sandbox.mollie_key,
            "webhook_secrets": [],
            "api_base": stripe_sandbox.url,
        }
    }
    return stripe_sandbox


@pytest.fixture
def payment(mollie):
    payment = start_payment(
        purpose="K7F39QXM",
        amount=Decimal("45.00"),
        currency="EUR",
        description="Mahler 2, order K7F39QXM",
        return_url="https://tickets.example.org/orders/K7F39QXM/",
    )
    pay_url(payment, OPTIONS)
    return payment


def call_webhook(body):
    return Client().post(
        reverse("payments:webhook", args=["mollie"]),
        data=body,
        content_type="application/x-www-form-urlencoded",
    )


def deliver(sandbox):
    return [call_webhook(message.body).status_code for message in sandbox.take_webhooks()]


def test_it_shows_mollies_page_and_tells_it_a_reference_only(payment, mollie):
    (checkout,) = mollie.mollie.checkouts.values()
    assert payment.page_url.startswith(mollie.url)
    assert (checkout.reference, checkout.email) == (payment.key, "alice@example.org")
    assert checkout.description == "Bestellung K7F39QXM"
    assert payment.provider_reference == checkout.id


def test_methods_that_the_account_lacks_are_named(mollie):
    def problems(methods, currency="EUR"):
        return " ".join(find_account_problems("mollie", methods, currency))

    assert problems(["creditcard", "ideal"]) == ""
    assert problems(["creditcard", "kbc"]).startswith("Mollie does not offer: KBC/CBC.")
    assert "(for CHF)" in problems(["creditcard", "twint"])


def test_a_payment_is_captured_by_a_call_that_names_it(payment, mollie, sent_signals):
    mollie.pay(payment.key)
    assert set(deliver(mollie)) == {200}
    payment.refresh_from_db()
    assert (payment.status, payment.method, payment.card) == ("captured", "creditcard", "4242")
    assert sent_signals == [("captured", payment.key)]


def test_a_call_without_news_is_no_new_event(payment, mollie):
    mollie.pay(payment.key)
    body = mollie.take_webhooks()[-1].body
    for _number in range(3):
        assert call_webhook(body).status_code == 200
    assert ProviderEvent.objects.count() == 1


@pytest.mark.parametrize("body", ["", "id=", "id=ord_1", "id=tr_" + "x" * 200, "\xff"])
def test_a_call_that_names_no_payment_is_refused(payment, body):
    assert call_webhook(body).status_code == 400


def test_a_call_about_somebody_elses_payment_leaves_no_trace(payment):
    assert call_webhook("id=tr_stranger").status_code == 200
    assert not ProviderEvent.objects.exists()


def test_a_refused_card_ends_the_payment(payment, mollie):
    mollie.pay(payment.key, "card_declined")
    assert settle_payment(payment).status == "failed"


def test_a_refund_and_its_outcome(payment, mollie):
    mollie.pay(payment.key)
    captured = settle_payment(payment)
    request_refund(payment=captured, amount=Decimal("20.00"), key="cancel:1", reason="Cancelled")
    assert send_refunds() == 1
    refund = Refund.objects.get()
    assert refund.status == "sent"
    mollie.take_webhooks()
    mollie.settle_refund(refund.provider_reference, succeeds=False)
    deliver(mollie)
    refund.refresh_from_db()
    assert refund.status == "failed" and refund.act_by


def test_a_refund_in_the_dashboard_is_recorded(payment, mollie):
    mollie.pay(payment.key)
    mollie.refund(payment.key, 1000)
    deliver(mollie)
    refund = Refund.objects.get()
    assert (refund.amount, refund.made_at_provider) == (Decimal("10.00"), True)


def test_a_chargeback_and_its_reversal(payment, mollie):
    mollie.pay(payment.key)
    dispute = mollie.dispute(payment.key)
    deliver(mollie)
    assert Dispute.objects.get().takes_money
    mollie.close_dispute(dispute, won=True)
    deliver(mollie)
    assert (Dispute.objects.get().status, Dispute.objects.get().takes_money) == ("won", False)
    assert Payment.objects.get().status == "captured"


def test_a_settlement_is_explained_by_payments_refunds_chargebacks_and_costs(mollie, settings):
    settings.PAYMENT_KEYS["mollie"]["access_token"] = mollie.mollie_access_token
    payments = [new_payment(purpose) for purpose in ("KEPT", "REFUNDED", "DISPUTED")]
    for payment in payments:
        mollie.pay(payment.key)
        settle_payment(payment)
    kept, refunded, disputed = payments
    mollie.refund(refunded.key, 2000)
    mollie.dispute(disputed.key)
    mollie.advance(3 * 24 * 3600)
    mollie.make_payouts()
    mollie.advance(3 * 24 * 3600)

    assert fetch_payouts() == 1
    assert fetch_payouts() == 1, "Fetching again changes nothing."

    payout = Payout.objects.get()
    lines = list(payout.lines.all())
    assert (payout.status, payout.is_complete) == ("paid", True)
    assert re.fullmatch(r"\d{4,}\.\d{4}\.\d{2}", payout.bank_reference)
    assert sum(line.net for line in lines) == payout.amount
    assert {(line.kind, line.payment and line.payment.purpose) for line in lines} == {
        ("payment", "KEPT"),
        ("payment", "REFUNDED"),
        ("payment", "DISPUTED"),
        ("refund", "REFUNDED"),
        ("dispute", "DISPUTED"),
        ("fee", None),
    }
    assert sum(line.net for line in lines if line.kind == "fee") == Decimal("-3.43")
    # Neither webhook was delivered: both are found by the settlement.
    assert {line.refund and line.refund.amount for line in lines if line.kind == "refund"} == {20}
    assert all(line.dispute for line in lines if line.kind == "dispute")


def test_a_chargeback_that_is_reversed_later_comes_back_in_a_later_settlement(mollie, settings):
    settings.PAYMENT_KEYS["mollie"]["access_token"] = mollie.mollie_access_token
    payments = [new_payment(purpose) for purpose in ("ONE", "TWO")]
    for payment in payments:
        mollie.pay(payment.key)
        settle_payment(payment)
    dispute = mollie.dispute(payments[0].key)
    mollie.advance(2 * 24 * 3600)
    mollie.make_payouts()
    mollie.close_dispute(dispute, won=True)
    mollie.advance(2 * 24 * 3600)
    mollie.make_payouts()
    fetch_payouts()
    taken = PayoutLine.objects.filter(kind="dispute").order_by("payout__created_at")
    assert [line.gross for line in taken] == [Decimal("-45.00"), Decimal("45.00")]
    assert not PayoutLine.objects.filter(kind="other").exists()


@pytest.mark.parametrize("days", [0, 3])
def test_a_refund_that_fails_comes_back_in_the_same_or_a_later_settlement(mollie, settings, days):
    settings.PAYMENT_KEYS["mollie"]["access_token"] = mollie.mollie_access_token
    payments = [new_payment(purpose) for purpose in ("ONE", "TWO")]
    for payment in payments:
        mollie.pay(payment.key)
        settle_payment(payment)
    mollie.refund(payments[1].key, 1000)
    refund = mollie.refund(payments[0].key, 2000)
    mollie.advance(days * 24 * 3600)
    mollie.make_payouts()
    mollie.settle_refund(refund, succeeds=False)
    mollie.advance(2 * 24 * 3600)
    mollie.make_payouts()
    fetch_payouts()
    lines = PayoutLine.objects.filter(kind="refund").order_by("payout__created_at", "pk")
    assert sorted(line.gross for line in lines) == [-20, -10, 20]
    assert Payout.objects.count() == (2 if days else 1)
    assert not PayoutLine.objects.filter(kind="other").exists()


def test_without_an_access_token_settlements_are_not_fetched(payment, mollie):
    mollie.pay(payment.key)
    mollie.advance(3 * 24 * 3600)
    mollie.make_payouts()
    assert fetch_payouts() == 0


def new_payment(purpose):
    payment = start_payment(
        purpose=purpose,
        amount=Decimal("45.00"),
        currency="EUR",
        description="Mahler 2",
        return_url="https://tickets.example.org/",
    )
    pay_url(payment, OPTIONS)
    return payment
