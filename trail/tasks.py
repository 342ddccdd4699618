"""What Celery does for the trail. It may run twice, and side by side with itself."""

from celery import shared_task

from .forgetting import forget_old_trail as forget


@shared_task
def forget_old_trail():
    forget()
