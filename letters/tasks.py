"""What Celery does for letters. Each may run twice, and side by side with itself."""

from celery import shared_task

from . import forgetting, sending, writing

BATCH = 50


@shared_task
def write_owed_letters():
    while writing.write_owed_letters(batch=BATCH) == BATCH:
        pass


@shared_task
def send_letters():
    sending.send_letters()


@shared_task
def forget_old_letters():
    forgetting.forget_old_letters()
