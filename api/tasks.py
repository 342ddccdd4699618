"""Celery tasks of the API."""

import time

from celery import shared_task
from django.core.cache import cache

from . import idempotency
from .webhooks import publishing, retention, sending

# One run at a time on all workers, so that endpoints that hang delay no e-mails. The lock is
# renewed while a run is alive, and expires after so many seconds should it be killed.
LOCK = "webhooks-delivering"
LOCK_SECONDS = 20
LONGEST_RUN = 40  # Seconds.


@shared_task
def deliver_webhooks() -> None:
    """Publish events and send deliveries until nothing is due."""
    if not (publishing.is_due() or sending.is_due()):
        return
    if not cache.add(LOCK, 1, timeout=LOCK_SECONDS):
        return
    try:
        until = time.monotonic() + LONGEST_RUN
        while time.monotonic() < until and (
            publishing.publish_events() + sending.deliver(keep_alive=_keep_lock)
        ):
            _keep_lock()
    finally:
        cache.delete(LOCK)


def _keep_lock() -> None:
    cache.touch(LOCK, LOCK_SECONDS)


@shared_task
def delete_old_events() -> None:
    retention.delete_old_events()


@shared_task
def delete_old_idempotency_records() -> None:
    idempotency.delete_old_idempotency_records()
