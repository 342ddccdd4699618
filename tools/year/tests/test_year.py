"""A small simulated year: its accounts balance, and planted errors are found by name."""

import pytest

from finance.models import Document, ReconciliationTask, Settlement
from payments.models import Dispute, Payment, Payout, PayoutLine, Refund
from tools.year.differences import find_differences
from tools.year.errors import ERRORS, find_planted_errors
from tools.year.sales import SHARES
from tools.year.simulation import simulate

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_small_year_balances_and_eleven_planted_errors_are_found():
    logged = []
    year = simulate(200, days=22, seed=3)
    assert find_differences(year, logged.append) == []
    assert "closing balance" in logged[0] and not ReconciliationTask.objects.open().exists()

    # It has all that a year has.
    assert set(year.counts) >= set(SHARES)
    providers = set(Payment.objects.captured().values_list("provider", flat=True))
    assert providers == {"stripe", "mollie", "cash", "terminal", "transfer"}
    kinds = set(PayoutLine.objects.values_list("kind", flat=True))
    assert kinds >= {"payment", "refund", "dispute", "fee"}
    assert set(Payout.objects.values_list("provider", flat=True)) == {"stripe", "mollie"}
    assert Refund.objects.exists() and Dispute.objects.exists() and Document.objects.exists()
    assert Settlement.objects.issued().count() == len(year.programme)

    found = {error.title: error.is_found(rules) for error, rules in find_planted_errors()}
    assert found == {error.title: True for error in ERRORS}
    assert len(found) == 11
    assert find_differences(year) == [], "The errors were taken back."


def test_an_error_is_not_found_where_it_was_not_planted():
    """The control: each of them is found because of what it does, and not always."""
    assert not any(error.is_found([]) for error in ERRORS)
