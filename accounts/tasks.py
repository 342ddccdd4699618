"""Celery tasks of accounts. Each may run twice, and concurrently with itself."""

from celery import shared_task

from . import retention


@shared_task
def delete_unverified_accounts() -> None:
    retention.delete_unverified_accounts()


@shared_task
def delete_expired_sessions() -> None:
    retention.delete_expired_sessions()
