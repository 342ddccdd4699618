"""What Celery does for the trail. It may run twice, and side by side with itself."""

from celery import shared_task

from .retention import erase_old_staff_activity as forget


@shared_task
def erase_old_staff_activity() -> None:
    forget()
