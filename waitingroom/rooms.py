"""The performances that have a waiting room now, cached by each process for a second.

Nearly all have none, so pages need no query for it. A change by staff takes effect everywhere
within `CACHE_SECONDS`.
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models.functions import Now

from core.shared_cache import clear_shared_cache, get_or_read

from .models import Lane, WaitingRoom

CACHE_SECONDS = 1.0
CACHE_KEY = "waiting rooms"
# A queue counts as live from so long before its opening, so that it opens on time.
LIVE_BEFORE = timedelta(seconds=4)
# An open queue is live while somebody waits, and as long after the last admission,
LIVE_AFTER = timedelta(seconds=30)
# unless it admits fewer per minute.
LIVE_FROM_RATE = 60
# Such a queue is processed twice within the time of one admission while nobody waits, at least this
# often.
MAX_INTERVAL = timedelta(seconds=5)


@dataclass(frozen=True)
class CachedRoom:
    """A waiting room with its lanes, as read from the database."""

    room: WaitingRoom
    lanes: tuple[Lane, ...]
    database_time: datetime  # When it was read.
    read_at: float  # The same on the monotonic clock.

    def now(self) -> datetime:
        """Return the current time by the database's clock, not this machine's."""
        return self.database_time + timedelta(seconds=time.monotonic() - self.read_at)

    def lane(self, lane_id: int) -> Lane | None:
        return next((lane for lane in self.lanes if lane.pk == lane_id), None)

    @property
    def is_active(self) -> bool:
        """Return whether visitors have to queue: in automatic mode, only while someone waits."""
        return self.room.mode != WaitingRoom.Mode.AUTOMATIC or self._has_waiting

    @property
    def is_live(self) -> bool:
        """Return whether the queue moves now, so that it has to be processed often."""
        room = self.room
        if room.closed_at or room.is_paused or not self.is_active:
            return False
        if room.opened_at is None:
            return self._opens_soon
        if room.rate is not None and room.rate < LIVE_FROM_RATE:
            return False
        last = room.last_admission_at or room.opened_at
        return self._has_waiting or self.now() - last < LIVE_AFTER

    @property
    def needs_processing(self) -> bool:
        """Return whether a run of `admission` may change something now.

        It cannot before the opening while nobody has joined, nor in an open queue that admits few
        per minute and has nobody waiting, right after the last run.
        """
        room = self.room
        if room.opened_at is None:
            return self._opens_soon or any(lane.issued_to for lane in self.lanes)
        if room.rate is None or room.processed_at is None or self._has_waiting:
            return True
        interval = min(MAX_INTERVAL, timedelta(minutes=1) / room.rate / 2)
        return self.now() - room.processed_at >= interval

    @property
    def _has_waiting(self) -> bool:
        return any(lane.has_waiting for lane in self.lanes)

    @property
    def _opens_soon(self) -> bool:
        return self.now() >= self.room.opens_at - LIVE_BEFORE

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
    return get_or_read(CACHE_KEY, CACHE_SECONDS, _read_rooms, fresh=fresh)


def clear_room_cache() -> None:
    """Make this process read the rooms again; others do so within a second by themselves."""
    clear_shared_cache(CACHE_KEY)


def _read_rooms():
    read_at = time.monotonic()
    rooms = WaitingRoom.objects.in_use().select_related("performance").annotate(now=Now())
    return {
        room.pk: CachedRoom(room, tuple(room.lanes.all()), room.now, read_at)
        for room in rooms.prefetch_related("lanes")
    }
