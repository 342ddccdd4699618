"""Check whether the accounts of a simulated year balance."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from django.utils import timezone

from bookings.ledger.audit import audit
from finance.journal.month import check_journal
from finance.reconciliation.month import ProviderAccount, month_report, text_of_problem
from finance.reconciliation.staff_tasks import update_tasks

from .promoters import problems_of_settlements
from .simulation import Year

# The amounts of an account in the log, by field.
AMOUNTS = {
    "opening": "opening balance",
    "captured": "captured",
    "refunded": "refunded",
    "disputed": "disputed",
    "fees": "fees",
    "other": "other",
    "paid_out": "paid out",
    "closing": "closing balance",
}


def find_differences(year: Year, log: Callable[[str], None] = lambda text: None) -> list[str]:
    """Return the differences: none if the operations and the accounts are right."""
    update_tasks()
    problems = [f"Audit: {one.rule}: {one.examples[0]}" for one in audit()]
    problems += problems_of_settlements(year.programme)
    for month in months_of(year):
        problems += _problems_of(month, log)
    return problems


def months_of(year: Year) -> Iterator[date]:
    """Yield the first day of each month of the year."""
    month = timezone.localdate(year.first_day).replace(day=1)
    while month <= timezone.localdate(year.last_day):
        yield month
        month = (month + timedelta(days=32)).replace(day=1)


def _problems_of(month: date, log: Callable[[str], None]) -> Iterator[str]:
    report = month_report(month)
    for text in check_journal(month, report.accounts):
        yield f"{report.month}: {text}"
    for account in report.accounts:
        log(f"{report.month} {account.provider:<6} {_amounts_of(account)}")
        if account.opening + account.moved != account.closing:
            yield f"{report.month}: the account of {account.provider} does not add up"
    for problem in report.unexplained:
        yield f"{report.month}: {text_of_problem(problem)}"


def _amounts_of(account: ProviderAccount) -> str:
    return ", ".join(f"{label} {getattr(account, name):.2f}" for name, label in AMOUNTS.items())
