"""The waiting room's beat. Twice at once is as good as once."""

from celery import shared_task

from .admitting import admit_everywhere


@shared_task
def admit():
    admit_everywhere()
