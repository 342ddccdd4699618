"""Adapt the number of concurrent buyers to how long holding places takes.

The sale reports the duration of each hold (`timed_hold`). While holds are slower than `SLOW`, fewer
buyers are admitted; when they are fast again, slowly more (additive increase, multiplicative
decrease, as in TCP). Durations are kept in Redis; without them nothing changes.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from django.core.cache import cache

from .rooms import cached_room

SLOW = 0.5  # Seconds. An average hold that takes longer is too slow.
MIN_SHARE = 0.1  # The share of the capacity that is always used.
KEPT = 30  # Seconds.


@dataclass(frozen=True)
class Health:
    """Holds measured so far: how many, and their total duration in milliseconds."""

    holds: int = 0
    milliseconds: int = 0

    @property
    def is_slow(self) -> bool:
        """Return whether the average is too slow. Fewer than five holds prove nothing."""
        return self.holds >= 5 and self.milliseconds / self.holds > SLOW * 1000


@contextmanager
def timed_hold(performance_id: int) -> Iterator[None]:
    """Measure the body as one hold, if there is a waiting room and nothing is raised.

    Use it around the transaction, because the measurement is written to Redis.
    """
    began = time.monotonic()
    yield
    if cached_room(performance_id):
        record_hold(performance_id, time.monotonic() - began)


def record_hold(performance_id: int, seconds: float) -> None:
    """Record a hold that took that many seconds."""
    holds, milliseconds = _names(performance_id)
    _add(holds, 1)
    _add(milliseconds, max(0, round(seconds * 1000)))


def measured(performance_id: int) -> Health:
    """Return what was measured and has not been taken by `consume`."""
    names = _names(performance_id)
    found = cache.get_many(names)
    return Health(*(found.get(name, 0) for name in names))


def consume(performance_id: int, health: Health) -> None:
    """Subtract what was decided upon; holds recorded in the meantime remain."""
    if not health.holds:
        return
    for name, number in zip(
        _names(performance_id), (health.holds, health.milliseconds), strict=True
    ):
        with suppress(ValueError):  # It expired in this moment.
            cache.decr(name, number)


def next_share(share: float, health: Health, seconds: float = 1.0) -> float:
    """Return the share of the capacity to use from now on, `seconds` after the last decision."""
    if health.is_slow:
        return max(MIN_SHARE, share * 0.8)
    return min(1.0, share + 0.02 * min(seconds, 1.0))


def _names(performance_id: int) -> tuple[str, str]:
    return f"queue:holds:{performance_id}", f"queue:hold-ms:{performance_id}"


def _add(name: str, number: int) -> None:
    if not cache.add(name, number, KEPT):
        try:
            cache.incr(name, number)
        except ValueError:
            cache.add(name, number, KEPT)
