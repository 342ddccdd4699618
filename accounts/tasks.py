"""What Celery does for accounts. Each may run twice, and side by side with itself."""

from celery import shared_task

from . import forgetting


@shared_task
def forget_unproven_accounts():
    forgetting.forget_unproven_accounts()


@shared_task
def forget_old_sessions():
    forgetting.forget_old_sessions()
