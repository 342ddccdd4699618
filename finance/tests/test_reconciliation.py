"""Payouts are explained line by line, and what does not fit is a task."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from bookings.staff_operations.transfers import record_transfer
from bookings.tests.factories import make_sale
from bookings.tests.test_reservations import make_reserved
from finance.bank.importing import import_statement
from finance.exceptions import (
    OtherCurrencyOfPayout,
    PayoutAlreadyMatched,
    TaskClosed,
    TransferDecided,
)
from finance.models import BankTransfer, ReconciliationTask
from finance.reconciliation.bank_lines import match_by_hand, match_payouts, unmatch
from finance.reconciliation.month import bounds, month_report
from finance.reconciliation.movements import balances_at, sums_between
from finance.reconciliation.problems import find_problems
from finance.reconciliation.staff_tasks import close_task, reopen_task, update_tasks
from finance.reconciliation.texts import text_of
from payments.charges import update_captured
from payments.models import Payment, Payout, PayoutLine

from .provider_sales import dispute, pay_out, refund, sell_online
from .statement_files import camt_entry, camt_file

pytestmark = pytest.mark.django_db(transaction=True)
KEY = ("stripe", "EUR")


def soon(**by):
    return timezone.now() + timedelta(**by)


def kinds(now=None):
    return sorted(problem.kind for problem in find_problems(now))


def put_on_account(payout, *, amount=None, text=None, days=0):
    """Import a bank statement with a line for the payout; return the line."""
    text = f"STRIPE {payout.bank_reference}" if text is None else text
    entry = camt_entry(f"{amount or payout.amount:.2f}", text, payer="STRIPE")
    booked = payout.arrives_on + timedelta(days=days)
    content = camt_file(entry).replace(b"2026-11-28", booked.isoformat().encode())
    import_statement(file_name="x.xml", content=content, imported_by="staff:1")
    return BankTransfer.objects.latest("pk")


@pytest.fixture
def sales(stripe_sandbox):
    """Return four sales: kept, partly refunded, disputed and lost, disputed and won."""
    performance = make_sale()
    made = [sell_online(stripe_sandbox, performance, [f"A{n}"]) for n in (1, 3, 5, 7)]
    _kept, refunded, lost, won = made
    refund(refunded, "20.00")
    dispute(stripe_sandbox, lost, won=False)
    dispute(stripe_sandbox, won, won=True)
    return made


def test_every_payment_refund_dispute_and_fee_is_explained(stripe_sandbox, sales):
    pay_out(stripe_sandbox)
    payout = Payout.objects.get()
    put_on_account(payout)
    later = soon(days=90)
    assert find_problems(later) == []
    moved = sums_between(timezone.now() - timedelta(days=1), later)[KEY]
    assert moved["payment"] == 4 * 45
    assert moved["refund"] == -20
    assert moved["dispute"] == -45
    assert sum(moved.values()) == balances_at(later)[KEY] == 0


def test_until_it_is_paid_out_it_is_what_the_provider_owes(stripe_sandbox, sales):
    report = month_report(timezone.localdate())
    [account] = report.accounts
    assert (account.opening, account.captured, account.paid_out) == (0, 180, 0)
    assert account.closing == account.awaiting == 180 - 20 - 45
    # A payment, its refund, the payment of the lost dispute and that itself, and the other two.
    assert account.awaiting_count == 6
    assert report.holds
    assert kinds() == []
    assert set(kinds(soon(days=20))) == {"no_payouts"}


def test_what_is_in_no_payout_for_two_weeks_is_named(stripe_sandbox, sales):
    pay_out(stripe_sandbox)
    put_on_account(Payout.objects.get())
    late = sell_online(stripe_sandbox)
    assert kinds(soon(days=10)) == []
    [problem] = find_problems(soon(days=25))
    assert (problem.kind, problem.amount) == ("not_paid_out", 45)
    text = text_of(problem)
    assert late.order.reference in text and late.payment.provider_reference in text


def test_a_refund_that_fails_after_it_was_paid_out_comes_back(stripe_sandbox):
    sale = sell_online(stripe_sandbox)
    refund(sale, "20.00")
    pay_out(stripe_sandbox)
    reference = sale.payment.refunds.get().provider_reference
    stripe_sandbox.settle_refund(reference, succeeds=False)
    update_captured(sale.payment)
    assert sale.payment.refunds.get().status == "failed"
    assert balances_at(soon(days=9))[KEY] == 20, "The provider has it again."
    other = sell_online(stripe_sandbox)
    pay_out(stripe_sandbox)
    assert other.payment.payout_lines.count() == 1
    assert balances_at(soon(days=30))[KEY] == 0
    for payout in Payout.objects.all():
        put_on_account(payout)
    assert kinds(soon(days=60)) == []


def test_a_payout_that_comes_back_is_in_the_next_one(stripe_sandbox):
    sell_online(stripe_sandbox)
    stripe_sandbox.behave(payouts_fail=True)
    pay_out(stripe_sandbox)
    assert Payout.objects.get().status == "failed"
    [account] = month_report(timezone.localdate(soon(days=4))).accounts
    assert account.awaiting == account.closing > 0
    assert kinds(soon(days=10)) == []
    assert kinds(soon(days=40)) == ["returned"]
    stripe_sandbox.behave_well()
    pay_out(stripe_sandbox)
    assert PayoutLine.objects.filter(kind="returned", returned_payout__isnull=False).count() == 1
    put_on_account(Payout.objects.not_failed().get())
    assert kinds(soon(days=90)) == []
    assert balances_at(soon(days=90))[KEY] == 0


def test_money_that_is_not_ours_is_named(stripe_sandbox, sales):
    pay_out(stripe_sandbox)
    put_on_account(Payout.objects.get())
    stranger = sales[0].payment
    PayoutLine.objects.filter(payment=stranger).update(payment=None, payment_reference="pi_other")
    found = {problem.kind: problem for problem in find_problems(soon(days=30))}
    assert set(found) == {"unknown_line", "not_paid_out"}
    assert found["unknown_line"].amount == 45
    assert "pi_other" in text_of(found["unknown_line"])


def test_another_amount_than_ours_is_named(stripe_sandbox, sales):
    pay_out(stripe_sandbox)
    put_on_account(Payout.objects.get())
    line = PayoutLine.objects.get(payment=sales[0].payment)
    PayoutLine.objects.filter(pk=line.pk).update(gross=line.gross - 1, net=line.net - 1)
    found = {problem.kind: problem.amount for problem in find_problems(soon(days=9))}
    assert found == {"other_amount": 1, "payout_sum": 1}


def test_a_payout_of_which_nothing_is_known_is_named(stripe_sandbox, sales):
    pay_out(stripe_sandbox)
    payout = Payout.objects.get()
    put_on_account(payout)
    payout.lines.all().delete()
    Payout.objects.update(is_complete=False)
    assert "incomplete" in kinds(soon(days=30))


def test_a_payout_that_is_not_on_the_statement_is_named_once_it_is_due(stripe_sandbox, sales):
    pay_out(stripe_sandbox)
    assert kinds(soon(days=7)) == []
    assert kinds(soon(days=30)) == ["not_on_account"]


def test_the_statement_may_come_before_the_payout_is_known(stripe_sandbox, sales):
    pay_out(stripe_sandbox)
    payout = Payout.objects.get()
    known = dict(Payout.objects.filter(pk=payout.pk).values()[0])
    Payout.objects.all().delete()
    line = put_on_account(Payout(**known))
    assert line.status == "to_do"
    Payout.objects.create(**known)
    assert match_payouts() == 1
    line.refresh_from_db()
    assert (line.status, line.payout_id, line.problem) == ("payout", known["id"], "")
    assert match_payouts() == 0


@pytest.mark.parametrize(
    ("changes", "matches"),
    [
        ({}, True),
        ({"text": "Stripe Technology Europe"}, True),
        ({"text": "something else"}, True),  # The payer is Stripe.
        ({"days": 6}, True),
        ({"days": 9}, False),
        ({"days": -5}, False),
        ({"amount": Decimal("1.00")}, False),
    ],
)
def test_amount_day_and_name_have_to_fit(stripe_sandbox, changes, matches):
    sell_online(stripe_sandbox)
    pay_out(stripe_sandbox)
    line = put_on_account(Payout.objects.get(), **changes)
    assert (line.status == "payout") is matches


def test_two_equal_payouts_are_told_apart_by_reference_alone(stripe_sandbox):
    sell_online(stripe_sandbox)
    pay_out(stripe_sandbox)
    first = Payout.objects.get()
    second = Payout.objects.create(
        provider="stripe",
        provider_reference="po_2",
        status="paid",
        amount=first.amount,
        currency="EUR",
        created_at=first.created_at,
        arrives_on=first.arrives_on,
        bank_reference="TRACE2",
    )
    assert put_on_account(first, text="Stripe").status == "to_do"
    line = put_on_account(second)
    assert line.payout == second
    # Now only one payout can be meant by the other line.
    assert match_payouts() == 1


def test_staff_match_by_hand_and_a_difference_is_named(stripe_sandbox):
    sell_online(stripe_sandbox)
    pay_out(stripe_sandbox)
    payout = Payout.objects.get()
    line = put_on_account(payout, amount=payout.amount - 1)
    match_by_hand(transfer=line, payout=payout, decided_by="staff:1")
    [problem] = find_problems(soon(days=30))
    assert (problem.kind, problem.amount) == ("bank_difference", 1)
    with pytest.raises(TransferDecided):
        match_by_hand(transfer=line, payout=payout, decided_by="staff:1")
    other = put_on_account(payout, text="again")
    with pytest.raises(PayoutAlreadyMatched):
        match_by_hand(transfer=other, payout=payout, decided_by="staff:1")
    BankTransfer.objects.filter(pk=other.pk).update(currency="CHF")
    other.refresh_from_db()
    with pytest.raises(OtherCurrencyOfPayout):
        match_by_hand(transfer=other, payout=payout, decided_by="staff:1")
    assert unmatch(transfer=line) and not unmatch(transfer=line)
    assert kinds(soon(days=30)) == ["not_on_account"]


def test_a_transfer_that_staff_recorded_has_to_be_on_a_statement():
    order = make_reserved()
    record_transfer(order=order, received_on=timezone.localdate(), taken_by="staff:1")
    assert kinds(soon(days=9)) == ["no_transfer"]
    content = camt_file(camt_entry(f"{order.total:.2f}", order.reference))
    import_statement(file_name="x.xml", content=content, imported_by="staff:1")
    assert kinds(soon(days=9)) == []


def test_tasks_come_and_go_with_what_does_not_fit(stripe_sandbox, sales):
    pay_out(stripe_sandbox)
    assert update_tasks(soon(days=30)) == 1
    assert update_tasks(soon(days=30)) == 0
    task = ReconciliationTask.objects.get()
    assert task.kind == "not_on_account" and task.act_by > timezone.now()
    put_on_account(Payout.objects.get())
    update_tasks(soon(days=30))
    assert not ReconciliationTask.objects.exists()


def test_a_closed_task_stays_closed_until_the_amount_changes(stripe_sandbox, sales):
    pay_out(stripe_sandbox)
    later = soon(days=30)
    update_tasks(later)
    month = timezone.localdate(Payout.objects.get().created_at)
    assert not month_report(month, later).holds
    task = close_task(
        task=ReconciliationTask.objects.get(), closed_by="staff:1", reason="Paid to the old account"
    )
    with pytest.raises(TaskClosed):
        close_task(task=task, closed_by="staff:2", reason="x")
    update_tasks(later)
    report = month_report(month, later)
    assert report.holds
    [(problem, reason)] = report.explained
    assert (problem.key, reason) == (task.key, "Paid to the old account")
    Payout.objects.update(amount=1)
    update_tasks(later)
    task.refresh_from_db()
    assert task.closed_at is None and not month_report(month, later).holds
    assert not reopen_task(task=task)


def test_a_month_begins_and_ends_at_midnight_of_the_site():
    since, until = bounds(date(2026, 12, 24))
    assert (timezone.localdate(since), timezone.localdate(until)) == (
        date(2026, 12, 1),
        date(2027, 1, 1),
    )
    assert timezone.localtime(since).hour == 0


def test_a_month_that_has_been_closed_does_not_change(stripe_sandbox, sales):
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE payments_payment SET captured_at = now() - interval '40 days'")
    past = timezone.localdate(now - timedelta(days=40))
    [before] = month_report(past).accounts
    assert (before.captured, before.closing) == (180, 180)
    pay_out(stripe_sandbox)
    [after] = month_report(past).accounts
    assert after == before
    assert Payment.objects.count() == 4
