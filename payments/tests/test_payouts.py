"""Payouts of Stripe, explained by payments, refunds, disputes and fees."""

from decimal import Decimal

import pytest
from django.db import IntegrityError
from django.utils import timezone

from payments.charges import settle_payment
from payments.models import Payout, PayoutLine
from payments.payouts import fetch_payouts
from payments.refunds import request_refund, send_refunds

from .stripe_shop import deliver, new_payment

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_payout_is_the_sum_of_its_lines(stripe_sandbox):
    kept, refunded = new_payment(), new_payment(purpose="OTHER")
    for payment in (kept, refunded):
        stripe_sandbox.pay(payment.key)
        settle_payment(payment)
    refunded.refresh_from_db()
    request_refund(payment=refunded, amount=Decimal("20.00"), key="r", reason="")
    send_refunds()
    deliver(stripe_sandbox)
    stripe_sandbox.advance(3 * 24 * 3600)
    stripe_sandbox.make_payouts()

    assert fetch_payouts() >= 1
    assert fetch_payouts() >= 1, "Fetching again changes nothing."

    payout = Payout.objects.get(lines__payment=kept)
    lines = list(payout.lines.all())
    assert payout.is_complete
    assert sum(line.net for line in lines) == payout.amount
    assert {(line.kind, line.payment.purpose, line.gross) for line in lines if line.payment} == {
        ("payment", kept.purpose, Decimal("45.00")),
        ("payment", refunded.purpose, Decimal("45.00")),
        ("refund", refunded.purpose, Decimal("-20.00")),
    }
    assert all(line.fee > 0 for line in lines if line.kind == "payment")
    assert next(line for line in lines if line.kind == "refund").refund.key == "r"


def test_without_keys_there_is_nothing_to_fetch(settings):
    settings.PAYMENT_KEYS = {}
    assert fetch_payouts() == 0


def test_the_database_refuses_a_line_that_does_not_add_up():
    payout = Payout.objects.create(
        provider="stripe",
        provider_reference="po",
        status="paid",
        amount=1,
        currency="EUR",
        created_at=timezone.now(),
    )
    with pytest.raises(IntegrityError, match="payout_line_adds_up"):
        PayoutLine.objects.create(
            payout=payout,
            provider_reference="t",
            kind="fee",
            gross=1,
            fee=1,
            net=1,
            created_at=timezone.now(),
        )
