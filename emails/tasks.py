"""Celery tasks of e-mails. Each can run twice, also at the same time."""

import time

from celery import shared_task

from core.background import single_flight
from core.enqueue import enqueue_soon

from . import rendering, retention, sending
from .models import OutboxEmail

BATCH = 10
# Seconds after which a run ends, so that other tasks, such as refunds, can run. After a rush there
# are e-mails to render and send for minutes.
LONGEST_RUN = 10


@shared_task
def render_due_emails() -> None:
    """Render e-mails for a while; queue the task again until none is due."""
    with single_flight("render-emails", longest=2 * LONGEST_RUN) as mine:
        done = not mine or _render_for_a_while()
    if not done:
        enqueue_soon("emails.tasks.render_due_emails")


@shared_task
def send_queued_emails() -> None:
    """Send e-mails for a while; queue the task again until none is due."""
    with single_flight("send-emails", longest=2 * LONGEST_RUN) as mine:
        sent = mine and sending.send_queued_emails(longest=LONGEST_RUN)
    if sent and OutboxEmail.objects.rendered().due().exists():
        enqueue_soon("emails.tasks.send_queued_emails")


@shared_task
def erase_old_emails() -> None:
    """Erase the content of e-mails that were sent long ago."""
    retention.erase_old_emails()


def _render_for_a_while():
    """Render e-mails that are due; return whether none is left."""
    until = time.monotonic() + LONGEST_RUN
    while rendering.render_due_emails(batch=BATCH) == BATCH:
        if time.monotonic() > until:
            return False
    return True
