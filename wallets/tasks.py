"""Periodic tasks of wallets. Each can run twice at once, or be skipped for a while."""

from celery import shared_task

from . import updates


@shared_task
def update_passes() -> None:
    updates.update_passes()


@shared_task
def delete_old_passes() -> None:
    updates.delete_old_passes()
