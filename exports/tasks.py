"""What Celery does for exports. Each may run twice, and side by side with itself."""

from celery import shared_task

from .retention import delete_old_exports as forget
from .writing import write_exports as write

# Millions of rows take their time. One that needs more is killed, and in the end said to have
# failed.
LONGEST = 3000


@shared_task(time_limit=LONGEST)
def write_exports():
    write()


@shared_task
def delete_old_exports():
    forget()
