"""Celery tasks of exports. They may run twice, also concurrently."""

from celery import shared_task

from .operations import delete_old_exports as delete
from .writer import MAX_DURATION
from .writer import write_exports as write


# Millions of rows take long; a run that exceeds the limit is killed.
@shared_task(time_limit=MAX_DURATION.total_seconds())
def write_exports() -> None:
    write()


@shared_task
def delete_old_exports() -> None:
    delete()
