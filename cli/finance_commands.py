"""Sub-commands of finance: reconcile a month, export it for the accountant."""

import sys
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.core.management import CommandError
from typer import Option

from cli import tables
from cli.boxoffice import Command, Json
from cli.output import print_result, write_file
from core.exceptions import Refused
from finance.journal.files import journal_csv, journal_datev
from finance.journal.month import check_journal, journal_of
from finance.reconciliation.bank_lines import match_payouts
from finance.reconciliation.debits import match_debits
from finance.reconciliation.month import MonthReport, month_report, text_of_problem
from finance.reconciliation.problems import Problem
from finance.reconciliation.staff_tasks import update_tasks
from organisation.models import Seller
from payments.payouts import fetch_payouts

Month = Annotated[str, Option(help="The month, such as 2026-11.")]


@Command.command(name="reconcile")
def reconcile(  # type: ignore[no-untyped-def]
    self,
    month: Month,
    fetch: Annotated[bool, Option(help="Fetch payouts from the payment providers first.")] = True,
    as_json: Json = False,
) -> None:
    """Explain a month to the cent: providers, payouts, bank account, tills.

    Exit code 1: an amount is not explained; each is named. Close its task in the admin with the
    reason, if it is right as it is.
    """
    first = month_of(month)
    if fetch:
        fetch_payouts()
    match_payouts()
    match_debits()
    update_tasks()
    report = month_report(first)
    result = _as_data(report) | {"journal": check_journal(first, report.accounts)}
    print_result(self, result, as_json=as_json, draw=tables.month)
    if not report.holds or result["journal"]:
        sys.exit(1)


def month_of(text: str) -> date:
    """Return the first day of a month such as "2026-11". Raises CommandError."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise CommandError(f"{text} is not a month such as 2026-11.") from None


def _seller(prefix: str) -> Seller:
    found = Seller.objects.filter(document_prefix=prefix.upper()).first()
    if found is None:
        known = ", ".join(Seller.objects.values_list("document_prefix", flat=True))
        raise CommandError(f"No seller has the prefix {prefix}. There are: {known or 'none'}.")
    return found


def _as_data(report: MonthReport) -> dict[str, Any]:
    return {
        "month": report.month,
        "holds": report.holds,
        "accounts": [vars(one) for one in report.accounts],
        "by_hand": [vars(one) | {"net": one.net} for one in report.by_hand],
        "bank": [vars(one) | {"net": one.net} for one in report.on_account],
        "unexplained": [_problem(one) for one in report.unexplained],
        "explained": [_problem(one) | {"reason": reason} for one, reason in report.explained],
    }


def _problem(problem: Problem) -> dict[str, str | Decimal | date]:
    return {
        "date": problem.happened_on,
        "amount": problem.amount,
        "currency": problem.currency,
        "what": text_of_problem(problem),
    }


@Command.command(name="journal")
def journal(  # type: ignore[no-untyped-def]
    self,
    month: Month,
    datev: Annotated[
        bool, Option("--datev", help="In the columns of DATEV's Buchungsstapel.")
    ] = False,
    seller: Annotated[
        str | None, Option(help="Only this seller's, by the prefix of its document numbers.")
    ] = None,
    output: Annotated[
        str | None, Option(help="The file to write, instead of the standard output.")
    ] = None,
) -> None:
    """Export a month for the accountant: a journal line for each movement, on two accounts.

    The accounts are entered in the admin; exit code 1 names those that are missing. DATEV's files
    are of one seller each.
    """
    first = month_of(month)
    if datev and output is None:
        raise CommandError("Name a file with --output: DATEV's files are not UTF-8.")
    chosen = _seller(seller) if seller else None
    try:
        lines = journal_of(first, chosen)
        content = journal_datev(lines, first, chosen) if datev else journal_csv(lines)
    except Refused as refusal:
        raise CommandError(str(refusal)) from None
    write_file(self, content, output)
