"""Stripe through its own SDK, against the payments sandbox."""

from datetime import timedelta
from decimal import Decimal

import pytest

from payments.charges import pay_url, settle_payment
from payments.exceptions import PageClosed, ProviderUnavailable
from payments.models import Payment, ProviderEvent

from .stripe_shop import OPTIONS, deliver, new_payment

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_shows_stripes_page_again_when_repeated(stripe_sandbox):
    payment = new_payment()
    url = pay_url(payment, OPTIONS)
    assert url.startswith(f"{stripe_sandbox.url}/c/pay/cs_test_")
    assert pay_url(payment, OPTIONS) == url


def test_a_lost_answer_leads_to_the_same_page(stripe_sandbox):
    payment = new_payment()
    url = pay_url(payment, OPTIONS)
    # As if the process had ended before it was stored.
    payment.page_reference = payment.page_url = ""
    assert pay_url(payment, OPTIONS) == url


def test_it_tells_stripe_a_reference_and_nothing_of_the_event(stripe_sandbox):
    payment = new_payment(description="Mahler 2, Circle, row A, order K7F39QXM")
    (session,) = stripe_sandbox.stripe.checkouts.values()
    assert session.reference == payment.key
    assert session.email == "alice@example.org"
    assert session.locale == "de"
    assert session.description == "Bestellung K7F39QXM"
    assert "Mahler" not in str(vars(session))


def test_a_payment_is_captured_by_its_webhook(stripe_sandbox, sent_signals):
    payment = new_payment()
    stripe_sandbox.pay(payment.key)

    assert set(deliver(stripe_sandbox)) == {200}

    payment.refresh_from_db()
    assert (payment.status, payment.method, payment.card) == ("captured", "card", "4242")
    assert payment.provider_reference.startswith("pi_")
    assert sent_signals == [("captured", payment.key)]
    assert ProviderEvent.objects.filter(payment=payment).exists()


def test_a_customer_who_returns_before_the_webhook_is_settled(stripe_sandbox, sent_signals):
    payment = new_payment()
    stripe_sandbox.pay(payment.key)

    settle_payment(Payment.objects.get(pk=payment.pk))
    deliver(stripe_sandbox)

    assert sent_signals == [("captured", payment.key)]


def test_a_declined_card_leaves_the_page_open(stripe_sandbox):
    payment = new_payment()
    assert stripe_sandbox.pay(payment.key, "card_declined") == "generic_decline"
    assert settle_payment(payment).status == "open"
    stripe_sandbox.pay(payment.key)
    assert settle_payment(Payment.objects.get(pk=payment.pk)).status == "captured"


def test_an_expired_page_ends_the_payment(stripe_sandbox):
    payment = new_payment()
    stripe_sandbox.advance(2 * 3600 + 60)
    Payment.objects.update(created_at=payment.created_at - timedelta(hours=2))
    payment.refresh_from_db()
    with pytest.raises(PageClosed):
        pay_url(payment, OPTIONS)
    payment.refresh_from_db()
    assert payment.status == "expired"


def test_without_keys_it_says_so(stripe_sandbox, settings):
    settings.PAYMENT_KEYS = {}
    with pytest.raises(ProviderUnavailable, match="No keys"):
        new_payment()


@pytest.mark.parametrize(
    "currency, amount, units",
    [
        ("EUR", "45.50", 4550),
        ("JPY", "5000", 5000),
        ("ISK", "1500", 150000),
        ("HUF", "9000", 900000),
    ],
)
def test_amounts_are_sent_in_the_smallest_unit(stripe_sandbox, currency, amount, units):
    new_payment(currency=currency, amount=Decimal(amount))
    (session,) = stripe_sandbox.stripe.checkouts.values()
    assert session.amount == units
