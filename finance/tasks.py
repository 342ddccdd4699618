"""Periodic tasks of finance."""

from celery import shared_task

from .ledger_seals import sealing


@shared_task
def seal_ledger() -> None:
    sealing.seal_ledger()
