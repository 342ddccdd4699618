"""`boxoffice reconcile`: a month explained to the cent, or an exit code of 1."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import make_staff
from bookings.staff_operations.counter_payments import take_payment
from bookings.tests.factories import make_hold, make_order, make_sale
from door.tests.factories import with_till
from finance.models import JournalAccount
from finance.tests.test_admin_reconciliation import make_payout, make_transfer

from .test_boxoffice import result_of, run

pytestmark = pytest.mark.django_db(transaction=True)


def this_month():
    return f"{timezone.localdate():%Y-%m}"


def test_a_month_without_anything_is_explained():
    code, text = run("reconcile", "--month", "2020-02")
    assert code == 0 and "Every cent is explained." in text


def test_it_names_what_is_not_explained_and_exits_with_1(settings):
    settings.PAYMENT_KEYS = {}
    payout = make_payout(unknown=3)
    month = f"{timezone.localdate(payout.created_at):%Y-%m}"
    code, text = run("reconcile", "--month", month)
    assert code == 1
    assert "Not explained: 2" in text and "po_1" in text
    result = result_of("reconcile", "--month", month)
    assert {row["amount"] for row in result["unexplained"]} == {"3.00", "27.75"}
    [account] = result["accounts"]
    assert (account["provider"], account["fees"], account["paid_out"]) == (
        "stripe",
        "-0.25",
        "-27.75",
    )


def test_it_names_bank_transfers_that_nobody_has_decided():
    make_transfer(7, "Rent")
    result = result_of("reconcile", "--month", this_month(), "--no-fetch")
    assert not result["holds"]
    assert [row["amount"] for row in result["unexplained"]] == ["7.00"]
    assert "A bank" in result["unexplained"][0]["what"]


def test_it_shows_cash_by_till_and_the_terminal():
    sale, cashier = make_sale(), with_till(make_staff(Role.MANAGER))
    for method, labels in (("cash", ["A1"]), ("cash", ["A3"]), ("terminal", ["A5"])):
        order = make_order(hold=make_hold(performance=sale, labels=labels))
        take_payment(order=order, method=method, staff=cashier)
    result = result_of("reconcile", "--month", this_month())
    rows = {(row["method"], row["name"]): row["taken"] for row in result["by_hand"]}
    assert sorted(rows.values()) == ["45.00", "90.00"]
    assert result["holds"]


@pytest.mark.parametrize("month", ["2026", "2026-13", "November", "2026-11-01"])
def test_another_text_than_a_month_is_refused(month):
    with pytest.raises(CommandError, match="is not a month"):
        call_command("boxoffice", "reconcile", "--month", month, stdout=StringIO())


def test_the_journal_is_written_or_says_which_accounts_are_missing(tmp_path):
    sale, cashier = make_sale(), with_till(make_staff(Role.MANAGER))
    order = make_order(hold=make_hold(performance=sale, labels=["A1"]))
    take_payment(order=order, method="cash", staff=cashier)
    with pytest.raises(CommandError, match="Enter an account for: cash"):
        run("journal", "--month", this_month())
    for purpose in ("cash", "revenue", "fees"):
        JournalAccount.objects.create(purpose=purpose, number="1000")
    _code, text = run("journal", "--month", this_month())
    assert "40.00" in text and "5.00" in text
    with pytest.raises(CommandError, match="--output"):
        run("journal", "--month", this_month(), "--datev")
    file = tmp_path / "journal.csv"
    assert run("journal", "--month", this_month(), "--datev", "--output", file)[0] == 0
    assert file.read_bytes().startswith(b'"EXTF"')
