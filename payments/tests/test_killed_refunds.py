"""Real workers that send refunds, alive and killed."""

import time
from decimal import Decimal

import pytest

from core.testing.processes import wait_until
from payments.charges import settle_payment
from payments.models import Refund
from payments.refunds import request_refund, send_refunds

from .factories import charge_of, make_payment, paid_at_the_bank

pytestmark = pytest.mark.django_db(transaction=True)

LEASE = 2


@pytest.fixture
def payment():
    payment = make_payment(amount=Decimal("100.00"))
    paid_at_the_bank(payment)
    payment = settle_payment(payment)
    request_refund(payment=payment, amount=Decimal("40.00"), key="cancel:1", reason="Cancelled")
    return payment


@pytest.fixture
def start(processes, settings):
    """Start a worker that hangs; return it when it has the refund."""
    settings.LEASE_SECONDS = LEASE

    def start_worker(name):
        worker = processes(f"payments.tests.workers.{name}", settings={"LEASE_SECONDS": LEASE})
        wait_until(lambda: Refund.objects.get().leased_until is not None)
        return worker

    return start_worker


def test_a_killed_workers_refund_is_sent_by_the_next_within_seconds(start, payment):
    worker = start("send_and_hang")
    time.sleep(2 * LEASE)
    assert send_refunds() == 0, "The worker is alive, and has renewed its lease."
    worker.kill()
    killed_at = time.monotonic()
    wait_until(lambda: send_refunds() == 1, 30)
    assert time.monotonic() - killed_at < LEASE + 5
    assert charge_of(payment).refunded == Decimal("40.00")
    assert Refund.objects.get().leased_until is None


def test_without_renewal_a_living_worker_loses_its_refund(start, payment):
    """The control."""
    worker = start("hang_without_renewing")
    wait_until(lambda: send_refunds() == 1, 30)
    assert worker.is_alive
