"""Heartbeats of Celery's worker and beat, so that `/readyz` knows when one of them has stopped.

Beat queues `core.tasks.record_heartbeat` every half minute (`concert.schedule`). Queuing it is the
heartbeat of beat ("clock"), running it that of the worker.
"""

import logging
from datetime import UTC, timedelta
from typing import Any

from celery.signals import before_task_publish
from django.db import close_old_connections
from django.db.models import ExpressionWrapper, F, fields
from django.db.models.functions import Now

from .models import Heartbeat

logger = logging.getLogger(__name__)

TASK = "core.tasks.record_heartbeat"
CLOCK, WORKER = "clock", "worker"

# After this long without a heartbeat the process counts as stopped.
PATIENCE = timedelta(minutes=2)


def record(name: str) -> None:
    """Record that the process is alive. One statement."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=name, at=Now())],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["at"],
    )


def statuses() -> dict[str, str]:
    """Return "ok", "not seen yet" or "stopped since <time>" for clock and worker. One query.

    The worker has nothing to record while the clock has stopped: then it is "not known", unless it
    had stopped before.
    """
    age = ExpressionWrapper(Now() - F("at"), output_field=fields.DurationField())
    seen = {row.name: row for row in Heartbeat.objects.annotate(age=age)}
    found = {name: _status_of(seen.get(name)) for name in (WORKER, CLOCK)}
    both = _is_stopped(found[CLOCK]) and _is_stopped(found[WORKER])
    if both and seen[CLOCK].at - seen[WORKER].at <= PATIENCE:
        found[WORKER] = "not known while the clock has stopped"
    return found


def _status_of(row: Any) -> str:
    if row is None:
        return "not seen yet"
    if row.age <= PATIENCE:
        return "ok"
    return f"stopped since {row.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _is_stopped(status: str) -> bool:
    return status.startswith("stopped")


@before_task_publish.connect(sender=TASK)
def _record_clock(**_details: Any) -> None:
    """Record the heartbeat of beat when it queues the task; never fail, or beat would stop."""
    try:
        close_old_connections()
        record(CLOCK)
    except Exception as error:
        logger.warning("The heartbeat of beat could not be recorded: %s", error)
