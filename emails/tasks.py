"""What Celery does for letters. Each may run twice, and side by side with itself."""

import time

from celery import shared_task

from core.enqueue import enqueue_soon
from core.single_flight import single_flight

from . import rendering, retention, sending

BATCH = 10
# A run ends after so many seconds and makes room for what else waits, refunds for example. After a
# rush there are letters to write for minutes.
LONGEST_RUN = 20


@shared_task
def render_due_emails():
    with single_flight("write-owed-letters", longest=2 * LONGEST_RUN) as mine:
        done = not mine or _write_for_a_while()
    if not done:
        enqueue_soon("emails.tasks.render_due_emails")


@shared_task
def send_queued_emails():
    with single_flight("send-letters", longest=2 * LONGEST_RUN) as mine:
        if mine:
            sending.send_queued_emails(longest=LONGEST_RUN)


@shared_task
def erase_old_emails():
    retention.erase_old_emails()


def _write_for_a_while():
    """Write what is owed; return whether nothing is left."""
    until = time.monotonic() + LONGEST_RUN
    while rendering.render_due_emails(batch=BATCH) == BATCH:
        if time.monotonic() > until:
            return False
    return True
