"""What Celery does for programs."""

import time

from celery import shared_task
from django.core.cache import cache

from . import idempotency
from .webhooks import publishing, retention, sending

# One run at a time, wherever the workers are, so that addresses that hang keep no letter waiting.
# Should it be killed, the next one begins when this has passed.
RUN = 60
LONGEST_RUN = 40


@shared_task
def deliver_webhooks():
    if not (publishing.is_due() or sending.is_due()):
        return
    if not cache.add("webhooks-are-told", 1, timeout=RUN):
        return
    try:
        until = time.monotonic() + LONGEST_RUN
        while time.monotonic() < until and publishing.publish_events() + sending.deliver():
            pass
    finally:
        cache.delete("webhooks-are-told")


@shared_task
def delete_old_events():
    retention.delete_old_events()


@shared_task
def delete_old_idempotency_records():
    idempotency.delete_old_idempotency_records()
