"""Which performances have a waiting room now, cached by each process for a second.

Nearly all performances have none, which is answered from memory; one short query a second and
process keeps that current. A change by staff takes effect everywhere within `CACHE_SECONDS`.
"""

import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models.functions import Now

from core.shared_cache import build_started_at

from .models import Lane, WaitingRoom

CACHE_SECONDS = 1.0
# A queue counts as live from so long before its opening, so that it opens on time.
LIVE_BEFORE = timedelta(seconds=2)


@dataclass(frozen=True)
class CachedRoom:
    """A waiting room with its lanes, as read from the database."""

    room: WaitingRoom
    lanes: tuple[Lane, ...]
    read_at: float  # On the monotonic clock.

    def now(self) -> datetime:
        """Return the current time by the database's clock, not this machine's."""
        return self.room.now + timedelta(seconds=time.monotonic() - self.read_at)

    def lane(self, lane_id: int) -> Lane | None:
        return next((lane for lane in self.lanes if lane.pk == lane_id), None)

    @property
    def is_active(self) -> bool:
        """Return whether visitors have to queue: in automatic mode, only while someone waits."""
        return self.room.mode != WaitingRoom.Mode.AUTOMATIC or any(
            lane.has_waiting for lane in self.lanes
        )

    @property
    def is_live(self) -> bool:
        """Return whether the queue moves now, so that it has to be processed often."""
        room = self.room
        if room.closed_at or room.is_paused or not self.is_active:
            return False
        return room.opened_at is not None or self.now() >= room.opens_at - LIVE_BEFORE

    @property
    def is_due(self) -> bool:
        """Return whether the sale has begun by the calendar and the queue is not yet open."""
        return self.room.opened_at is None and self.now() >= self.room.opens_at

    @property
    def joins_draw(self) -> bool:
        """Return whether visitors who join now take part in the draw."""
        room = self.room
        return room.opened_at is None and room.has_draw and self.now() < room.opens_at


def cached_room(performance_id: int, *, fresh: bool = False) -> CachedRoom | None:
    """Return the active waiting room of a performance, or None."""
    return cached_rooms(fresh=fresh).get(performance_id)


def cached_rooms(*, fresh: bool = False) -> dict[int, CachedRoom]:
    """Return all active waiting rooms by performance id. Two queries, or none."""
    global _cached
    cached = _cached
    if not fresh and _is_current(cached):
        return cached[1]
    with _reading:
        if not fresh and _is_current(_cached):
            return _cached[1]
        began = time.monotonic()
        rooms = WaitingRoom.objects.in_use().select_related("performance").annotate(now=Now())
        found = {
            room.pk: CachedRoom(room, tuple(room.lanes.all()), began)
            for room in rooms.prefetch_related("lanes")
        }
        _cached = (began + CACHE_SECONDS, found)
    return found


def rooms_cached_until() -> float:
    """Return when (monotonic clock) this process reads the waiting rooms again."""
    cached = _cached
    return cached[0] if cached is not None else 0.0


def clear_room_cache() -> None:
    """Make this process read the rooms again; others do so within a second by themselves."""
    global _cached
    _cached = None


def _is_current(cached: tuple[float, dict[int, CachedRoom]] | None) -> bool:
    # A shared value that is being built must not be made of what was read before it began.
    return cached is not None and cached[0] > max(
        time.monotonic(), build_started_at() + CACHE_SECONDS
    )


_cached: tuple[float, dict[int, CachedRoom]] | None = None
_reading = threading.Lock()
