"""Nudges: telling Celery that there is work, without depending on it.

What has to be done stands in the database, and beat looks there every so often. A nudge only
makes it happen sooner. It may be lost, so it must never fail, and never keep anybody waiting.
"""

import logging
import time
from contextlib import closing

from celery import current_app
from django.core.cache import cache
from django.db import transaction

logger = logging.getLogger(__name__)

# One nudge of a kind is under way at a time. It is carried out this many seconds after it was
# given, and so covers everything that is committed before then.
WINDOW = 1.0

# While Redis is away nobody waits for it: after a failure, nudges are dropped for so many seconds.
PAUSE_AFTER_FAILURE = 5.0

# Celery tries for six seconds where it is told not to retry at all; this is what stops it.
QUICK = {
    "socket_timeout": 0.3,
    "socket_connect_timeout": 0.3,
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
    "connect_retries_timeout": 0.5,
}

_covered_until = {}
_paused_until = 0.0


def enqueue_soon(task, *args):
    """Have the task named `task` run about a second after the current transaction commits.

    Outside a transaction that is now. Nudges for the same task and arguments given within a
    second are one. When Redis is away the nudge is dropped: beat comes round anyway.
    """
    transaction.on_commit(lambda: _queue_once(task, args), robust=True)


def reset_enqueued():
    """Forget what is under way and that Redis was away, as a fresh process would."""
    global _paused_until
    _paused_until = 0.0
    _covered_until.clear()


def _queue_once(task, args):
    global _paused_until
    now = time.monotonic()
    name = ":".join(["nudge", task, *map(str, args)])
    if now < _paused_until or now < _covered_until.get(name, 0.0):
        return
    if not cache.add(name, 1, timeout=WINDOW):
        return  # Another process has just given this nudge.
    try:
        _queue(task, args)
    except Exception as error:  # Whatever it is, what called us has been committed and goes on.
        _paused_until = time.monotonic() + PAUSE_AFTER_FAILURE
        logger.warning("Nudges pause, since the task queue is away (%s): %s", task, error)
    else:
        _remember(name, until=now + WINDOW)


def _queue(task, args):
    options = {**(current_app.conf.broker_transport_options or {}), **QUICK}
    with closing(current_app.connection_for_write(transport_options=options)) as connection:
        current_app.send_task(
            task, args, countdown=WINDOW, retry=False, connection=connection, ignore_result=True
        )


def _remember(name, until):
    if len(_covered_until) > 1000:
        _covered_until.clear()
    _covered_until[name] = until
