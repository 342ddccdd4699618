"""Polling of open payments."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.testing.races import race, winners
from payments.exceptions import ProviderUnavailable
from payments.models import Payment
from payments.polling import ABANDONED_AFTER, settle_open_payments
from payments.providers.demo.provider import DemoProvider

from .factories import make_payment, paid_at_the_bank

pytestmark = pytest.mark.django_db(transaction=True)


def made_ago(payment, **ago):
    moment = timezone.now() - timedelta(**ago)
    Payment.objects.filter(pk=payment.pk).update(created_at=moment, next_poll_at=moment)
    return payment


def test_it_settles_a_payment_without_a_webhook(sent_signals):
    payment = made_ago(make_payment(), minutes=2)
    paid_at_the_bank(payment)

    assert settle_open_payments() == 1
    assert sent_signals == [("captured", payment.key)]


def test_it_does_not_poll_within_the_first_minute(sent_signals):
    paid_at_the_bank(make_payment())
    assert settle_open_payments() == 0


def test_one_that_stays_open_waits_as_long_as_it_is_old():
    payment = made_ago(make_payment(), minutes=10)
    assert settle_open_payments() == 1
    assert settle_open_payments() == 0

    payment.refresh_from_db()
    wait = (payment.next_poll_at - timezone.now()).total_seconds()
    assert 590 < wait <= 610


def test_abandoned_ones_do_not_crowd_out_the_rest(sent_signals):
    for number in range(5):
        made_ago(make_payment(purpose=f"abandoned-{number}"), hours=10)
    fresh = made_ago(make_payment(purpose="fresh"), minutes=2)
    paid_at_the_bank(fresh)

    assert [settle_open_payments(batch=3) for _time in range(3)] == [3, 3, 0]
    assert sent_signals == [("captured", fresh.key)]


def test_it_closes_what_was_abandoned_long_ago(sent_signals):
    payment = made_ago(make_payment(), hours=ABANDONED_AFTER.total_seconds() / 3600 + 1)
    settle_open_payments()
    payment.refresh_from_db()
    assert (payment.status, payment.failure) == ("failed", "abandoned")
    assert sent_signals == [("failed", payment.key)]


def test_an_old_payment_that_was_made_after_all_is_captured(sent_signals):
    payment = made_ago(make_payment(), hours=100)
    paid_at_the_bank(payment)
    settle_open_payments()
    assert sent_signals == [("captured", payment.key)]


def test_an_unavailable_provider_does_not_stop_other_payments(monkeypatch, caplog, sent_signals):
    away = made_ago(make_payment(purpose="away"), minutes=3)
    fine = made_ago(make_payment(purpose="fine"), minutes=2)
    paid_at_the_bank(fine)
    original = DemoProvider.fetch_status

    def fetch_status(self, payment):
        if payment.pk == away.pk:
            raise ProviderUnavailable("closed")
        return original(self, payment)

    monkeypatch.setattr(DemoProvider, "fetch_status", fetch_status)
    assert settle_open_payments() == 2
    assert sent_signals == [("captured", fine.key)]


def test_two_pollers_share_the_work(sent_signals):
    for number in range(20):
        paid_at_the_bank(made_ago(make_payment(purpose=str(number)), minutes=2))
    outcomes = race(*[settle_open_payments] * 4)
    assert sum(winners(outcomes)) == 20
    assert len(sent_signals) == 20
