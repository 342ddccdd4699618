"""Celery tasks of the waiting room. Running one twice at the same time does no harm."""

from celery import shared_task

from . import turn_alerts
from .admission import admit_everywhere
from .models import Pass
from .rooms import cached_rooms

# Beat runs `admit` every three seconds. While a queue is live, each run has it repeated after these
# many seconds, so that a queue never waits longer than half a second. An idle site stays idle.
REPEATED_AFTER = (0.33, 0.67, 1.0, 1.33, 1.67, 2.0, 2.33, 2.67)


@shared_task
def admit() -> None:
    """Process all queues, and schedule the repetitions until the next run for live ones."""
    admit_everywhere()
    if any(cached.is_live for cached in cached_rooms().values()):
        for seconds in REPEATED_AFTER:
            admit_live.apply_async(countdown=seconds, expires=seconds + 2)


@shared_task
def admit_live() -> None:
    """Process the live queues."""
    admit_everywhere(only_live=True)


@shared_task
def erase_households() -> None:
    Pass.objects.erase_households()


@shared_task
def enqueue_turn_alerts() -> None:
    turn_alerts.enqueue_near_turns()


@shared_task
def delete_old_turn_alerts() -> None:
    turn_alerts.delete_old_alerts()
