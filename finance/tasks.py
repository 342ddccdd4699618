"""Periodic tasks of finance. Each can run twice at once, or be skipped for a while."""

from celery import shared_task

from . import ledger_seals
from .bank import matching
from .bank import retention as bank_retention
from .documents import issuing, retention
from .reconciliation import bank_lines, debits, staff_tasks


@shared_task
def issue_invoices() -> None:
    issuing.issue_requested_invoices()


@shared_task
def issue_documents() -> None:
    issuing.issue_due_documents()


@shared_task
def issue_missed_documents() -> None:
    issuing.issue_due_documents(everything=True)


@shared_task
def delete_old_documents() -> None:
    retention.delete_old_documents()


@shared_task
def erase_payers() -> None:
    bank_retention.erase_payers()


@shared_task
def seal_ledger() -> None:
    ledger_seals.seal_ledger()


@shared_task
def reconcile() -> None:
    bank_lines.match_payouts()
    debits.match_debits()
    staff_tasks.update_tasks()


@shared_task
def match_bank_transfers() -> None:
    bank_lines.match_payouts()
    debits.match_debits()
    matching.match_new_transfers()
    matching.finish_matches()
