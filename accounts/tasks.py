"""What Celery does for accounts. Each may run twice, and side by side with itself."""

from celery import shared_task

from . import retention


@shared_task
def delete_unverified_accounts():
    retention.delete_unverified_accounts()


@shared_task
def delete_expired_sessions():
    retention.delete_expired_sessions()
