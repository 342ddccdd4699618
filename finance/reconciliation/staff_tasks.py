"""Tasks for staff: updated from the differences found, and closed with a reason."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from ..exceptions import TaskClosed
from ..models import ReconciliationTask
from .problems import Problem, find_problems

# How long staff have to act.
DEADLINE = timedelta(days=7)


def update_tasks(now: datetime | None = None) -> int:
    """Add tasks for new differences and delete settled ones; return the number of new tasks.

    Closed ones stay closed, unless the amount has changed. Several may run at once.
    """
    problems = {problem.key: problem for problem in find_problems(now)}
    with transaction.atomic(durable=True):
        tasks = {
            task.key: task for task in ReconciliationTask.objects.select_for_update().order_by("pk")
        }
        gone = [task.pk for key, task in tasks.items() if key not in problems]
        ReconciliationTask.objects.filter(pk__in=gone).delete()
        for key, task in tasks.items():
            if key in problems and not is_same(task, problems[key]):
                _reopen(task, problems[key])
        new = [_task(problem) for key, problem in problems.items() if key not in tasks]
        ReconciliationTask.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def close_task(*, task: ReconciliationTask, closed_by: str, reason: str) -> ReconciliationTask:
    """Record why the amount is right as it is. Raises `TaskClosed` if somebody was faster."""
    changed = (
        ReconciliationTask.objects.open()
        .filter(pk=task.pk)
        .update(closed_at=Now(), closed_by=closed_by, reason=reason)
    )
    if not changed:
        raise TaskClosed
    task.refresh_from_db()
    return task


def reopen_task(*, task: ReconciliationTask) -> bool:
    """Open a closed task again; return whether it was closed."""
    closed = ReconciliationTask.objects.closed().filter(pk=task.pk)
    return bool(closed.update(closed_at=None, closed_by="", reason=""))


def is_same(task: ReconciliationTask, problem: Problem) -> bool:
    """Return whether the task is about exactly this difference."""
    return (task.kind, task.amount) == (problem.kind, problem.amount)


def _task(problem: Problem) -> ReconciliationTask:
    return ReconciliationTask(**vars(problem), act_by=timezone.now() + DEADLINE)


def _reopen(task: ReconciliationTask, problem: Problem) -> None:
    ReconciliationTask.objects.filter(pk=task.pk).update(
        **vars(problem),
        act_by=timezone.now() + DEADLINE,
        closed_at=None,
        closed_by="",
        reason="",
    )
