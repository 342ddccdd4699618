"""Leases expire, are renewed while the work lasts, and survive a database restart."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.db.models.functions import Now

from core import leases
from core.leases import is_free, lease_end, renewing
from core.testing.processes import wait_until
from payments.models import Refund
from payments.tests.factories import make_payment

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def rows():
    payment = make_payment()
    refund = Refund.objects.create(payment=payment, key="a", amount=1, reason="")
    return Refund.objects.filter(pk=refund.pk)


def test_a_lease_is_free_before_and_after_but_not_during(rows, settings):
    settings.LEASE_SECONDS = 1
    assert rows.filter(is_free()).exists()
    rows.update(leased_until=lease_end())
    assert not rows.filter(is_free()).exists()
    assert rows.exclude(is_free()).exists()
    wait_until(lambda: rows.filter(is_free()).exists(), 10)


def test_a_lease_that_ended_while_the_database_was_unavailable_can_be_taken_again(rows, settings):
    """Its worker could not renew it. With the shorter lease the start is long ago: the control."""
    rows.update(leased_until=Now() - timedelta(hours=1))
    settings.LEASE_SECONDS = 10 * 365 * 24 * 3600
    assert not rows.filter(is_free()).exists()
    settings.LEASE_SECONDS = 0
    assert rows.filter(is_free()).exists()


def test_it_is_renewed_as_long_as_the_work_lasts_and_no_longer(rows, settings):
    settings.LEASE_SECONDS = 0.4
    rows.update(leased_until=lease_end())
    with renewing(rows):
        for _ in range(10):
            time.sleep(0.1)
            assert rows.exclude(is_free()).exists()
    wait_until(lambda: rows.filter(is_free()).exists(), 10)


def test_hanging_work_loses_its_lease(rows, settings):
    settings.LEASE_SECONDS = 0.4
    with renewing(rows, longest=timedelta(0)):
        time.sleep(0.5)
        assert Refund.objects.get().leased_until is None


def test_a_lost_lease_is_not_renewed(rows, settings):
    settings.LEASE_SECONDS = 0.4
    with renewing(rows.filter(attempts=0)):
        rows.update(attempts=1, leased_until=None)
        time.sleep(0.5)
    assert Refund.objects.get().leased_until is None


def test_renewal_is_retried_when_the_database_does_not_answer(rows, settings, monkeypatch):
    settings.LEASE_SECONDS = 0.4
    answers = [OperationalError("The connection is lost."), None, None]
    asked = threading.Event()

    def lose_connection():
        if len(answers) == 1:
            asked.set()
        if error := answers.pop(0) if answers else None:
            raise error
        return Now() + timedelta(hours=1)

    monkeypatch.setattr(leases, "lease_end", lose_connection)
    with renewing(rows):
        assert asked.wait(10)
        wait_until(lambda: Refund.objects.get().leased_until is not None, 10)


def test_short_work_opens_no_connection(rows, django_assert_num_queries):
    before = connections_to_the_database()
    with django_assert_num_queries(0), renewing(rows):
        pass
    assert connections_to_the_database() <= before


def connections_to_the_database():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity"
            " WHERE datname = current_database() AND backend_type = 'client backend'"
        )
        return {pid for (pid,) in cursor.fetchall()}
