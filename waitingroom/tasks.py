"""The waiting room's beat. Twice at once is as good as once."""

from celery import shared_task

from .admission import admit_everywhere
from .models import Pass


@shared_task
def admit():
    admit_everywhere()


@shared_task
def forget_households():
    Pass.objects.forget_households()
