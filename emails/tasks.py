"""Celery tasks of e-mails. Each may run twice, and side by side with itself."""

import time

from celery import shared_task

from core.enqueue import enqueue_soon
from core.single_flight import single_flight

from . import rendering, retention, sending
from .models import OutboxEmail

BATCH = 10
# A run ends after so many seconds and makes room for other tasks, refunds for example. After a
# rush there are e-mails to render and send for minutes.
LONGEST_RUN = 10


@shared_task
def render_due_emails() -> None:
    """Render e-mails for a while; the task calls itself until none is due."""
    with single_flight("render-emails", longest=2 * LONGEST_RUN) as mine:
        done = not mine or _render_for_a_while()
    if not done:
        enqueue_soon("emails.tasks.render_due_emails")


@shared_task
def send_queued_emails() -> None:
    """Send e-mails for a while; the task calls itself until none is due."""
    with single_flight("send-emails", longest=2 * LONGEST_RUN) as mine:
        sent = mine and sending.send_queued_emails(longest=LONGEST_RUN)
    if sent and OutboxEmail.objects.rendered().due().exists():
        enqueue_soon("emails.tasks.send_queued_emails")


@shared_task
def erase_old_emails() -> None:
    """Erase the content of e-mails that were sent long ago."""
    retention.erase_old_emails()


def _render_for_a_while():
    """Render what is due; return whether nothing is left."""
    until = time.monotonic() + LONGEST_RUN
    while rendering.render_due_emails(batch=BATCH) == BATCH:
        if time.monotonic() > until:
            return False
    return True
