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
    """Return "ok", "not seen yet" or "stopped since <time>" for clock and worker. One query."""
    age = ExpressionWrapper(Now() - F("at"), output_field=fields.DurationField())
    seen = {row.name: row for row in Heartbeat.objects.annotate(age=age)}
    found = {}
    for name in (WORKER, CLOCK):
        row: Any = seen.get(name)
        if row is None:
            found[name] = "not seen yet"
        elif row.age <= PATIENCE:
            found[name] = "ok"
        else:
            found[name] = f"stopped since {row.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return found


@before_task_publish.connect(sender=TASK)
def _record_clock(**_details: Any) -> None:
    """Record the heartbeat of beat when it queues the task; never fail, or beat would stop."""
    try:
        close_old_connections()
        record(CLOCK)
    except Exception as error:
        logger.warning("The heartbeat of beat could not be recorded: %s", error)
