"""Queue Celery tasks without depending on the broker.

The work is stored in the database, where scheduled tasks find it (`concert.schedule`). Queuing a
task only makes that happen sooner: it may be lost, must not fail, and must not delay a request.
"""

import logging
import time
from contextlib import closing

from celery import current_app
from django.core.cache import cache
from django.db import transaction

logger = logging.getLogger(__name__)

# Seconds between queuing and running a task. Until then the same task is not queued again: the run
# covers everything that is committed before it starts.
WINDOW = 1.0

# Seconds without further attempts after a failure.
PAUSE_AFTER_FAILURE = 5.0

# Without these options Celery tries for six seconds even with retry=False.
QUICK = {
    "socket_timeout": 0.3,
    "socket_connect_timeout": 0.3,
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
    "connect_retries_timeout": 0.5,
}

_covered_until: dict[str, float] = {}
_paused_until = 0.0


def enqueue_soon(task: str, *args: object) -> None:
    """Queue the task named `task` for a second after the current transaction commits.

    Outside a transaction that is a second from now. Calls with the same task and arguments within
    that second are one. Without Redis the call has no effect.
    """
    transaction.on_commit(lambda: _queue_once(task, args), robust=True)


def reset_enqueued() -> None:
    """Forget queued tasks and failures, as in a new process."""
    global _paused_until
    _paused_until = 0.0
    _covered_until.clear()


def _queue_once(task: str, args: tuple[object, ...]) -> None:
    global _paused_until
    now = time.monotonic()
    name = ":".join(["enqueued", task, *map(str, args)])
    if now < _paused_until or now < _covered_until.get(name, 0.0):
        return
    if not cache.add(name, 1, timeout=WINDOW):
        return  # Another process has just queued it.
    try:
        _queue(task, args)
    except Exception as error:  # The caller has committed its work and must go on.
        _paused_until = time.monotonic() + PAUSE_AFTER_FAILURE
        logger.warning("Queuing is paused, because the broker is unavailable (%s): %s", task, error)
    else:
        _remember(name, until=now + WINDOW)


def _queue(task: str, args: tuple[object, ...]) -> None:
    options = {**(current_app.conf.broker_transport_options or {}), **QUICK}
    with closing(current_app.connection_for_write(transport_options=options)) as connection:
        current_app.send_task(
            task, args, countdown=WINDOW, retry=False, connection=connection, ignore_result=True
        )


def _remember(name: str, until: float) -> None:
    if len(_covered_until) > 1000:
        _covered_until.clear()
    _covered_until[name] = until
