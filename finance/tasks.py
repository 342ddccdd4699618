"""Periodic tasks of finance. Each can run twice at once, or be skipped for a while."""

from celery import shared_task

from .bank import matching
from .ledger_seals import sealing


@shared_task
def seal_ledger() -> None:
    sealing.seal_ledger()


@shared_task
def match_bank_transfers() -> None:
    matching.match_new_transfers()
    matching.finish_matches()
