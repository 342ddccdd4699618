"""How fast the sale can take people in, by the time that holding places takes.

The sale says how long each request for places took (`timed_hold`). While they take longer than they
should, fewer are let in at once; when they are quick again, slowly more (additive increase,
multiplicative decrease, as TCP does). Measurements stand in Redis; without them nothing changes.
"""

import time
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.cache import cache

from .rooms import room_of

SLOW = 0.5  # Seconds. A hold that takes longer, on average, is too slow.
LEAST = 0.1  # The share of the capacity that is always used.
KEPT = 30  # Seconds.


@dataclass(frozen=True)
class Health:
    """Holds since the last look: how many, and how many seconds each took on average."""

    holds: int = 0
    seconds: float = 0.0


@contextmanager
def timed_hold(performance_id):
    """Count what runs inside as a request for places, if there is a room and nothing is refused.

    Goes around the transaction, because the count stands in Redis.
    """
    began = time.monotonic()
    yield
    if room_of(performance_id):
        note_hold(performance_id, time.monotonic() - began)


def note_hold(performance_id, seconds):
    """Count a request for places that took so long."""
    _add(f"queue:holds:{performance_id}", 1)
    _add(f"queue:hold-ms:{performance_id}", max(0, round(seconds * 1000)))


def measured(performance_id):
    """Return the Health since the last call of this function."""
    names = [f"queue:holds:{performance_id}", f"queue:hold-ms:{performance_id}"]
    found = cache.get_many(names)
    cache.delete_many(names)
    holds = found.get(names[0], 0)
    return Health(holds, found.get(names[1], 0) / 1000 / holds) if holds else Health()


def paced(pace, health):
    """Return the share of the capacity to use from now on."""
    if health.holds >= 5 and health.seconds > SLOW:
        return max(LEAST, pace * 0.8)
    return min(1.0, pace + 0.02)


def _add(name, number):
    if not cache.add(name, number, KEPT):
        try:
            cache.incr(name, number)
        except ValueError:
            cache.add(name, number, KEPT)
