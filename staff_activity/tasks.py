"""Celery tasks of staff activity. They may run twice, also concurrently."""

from celery import shared_task

from .retention import erase_old_staff_activity as forget


@shared_task
def erase_old_staff_activity() -> None:
    forget()
