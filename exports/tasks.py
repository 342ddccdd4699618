"""What Celery does for exports. Each may run twice, and side by side with itself."""

from celery import shared_task

from exports.operations import delete_old_exports as forget

from .writing import LONGEST
from .writing import write_exports as write


# Millions of rows take long. A worker that needs longer still is killed.
@shared_task(time_limit=LONGEST.total_seconds())
def write_exports() -> None:
    write()


@shared_task
def delete_old_exports() -> None:
    forget()
