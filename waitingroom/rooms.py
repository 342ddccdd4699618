"""Which performances have a waiting room now: kept by each process for a second.

Where there is none, which is nearly everywhere and always, a request is told so from memory, and
one short query a second and process keeps that true. A change by staff is in force everywhere
within `KEPT_FOR` seconds.
"""

import time
from dataclasses import dataclass
from datetime import timedelta

from django.db.models.functions import Now

from core.shared_cache import clear_shared_cache, get_or_read

from .models import WaitingRoom

KEPT_FOR = 1.0  # Seconds.
KEY = "waiting rooms"


@dataclass(frozen=True)
class Kept:
    """A room as it was read, with the database's time then."""

    room: WaitingRoom
    lanes: tuple
    read_at: float  # On the monotonic clock.

    def now(self):
        """The time by the database's clock, whatever the clock of this machine says."""
        return self.room.now + timedelta(seconds=time.monotonic() - self.read_at)

    def lane(self, lane_id):
        return next((lane for lane in self.lanes if lane.pk == lane_id), None)

    @property
    def is_active(self):
        """Whether visitors meet the queue: in automatic mode, only while somebody waits in it."""
        return self.room.mode != WaitingRoom.Mode.AUTOMATIC or any(
            lane.has_waiting for lane in self.lanes
        )

    @property
    def is_due(self):
        """Whether it ought to be open by the calendar, and is not yet."""
        return self.room.opened_at is None and self.now() >= self.room.opens_at

    @property
    def gathers(self):
        """Whether people who come now take part in the lottery."""
        room = self.room
        return room.opened_at is None and room.draws_lots and self.now() < room.opens_at


def room_of(performance_id, *, fresh=False):
    """Return the `Kept` room of a performance that is switched on, or None."""
    return rooms_in_use(fresh=fresh).get(performance_id)


def rooms_in_use(*, fresh=False):
    """Return {performance id: Kept} of all rooms that are switched on. Two queries, or none."""
    return get_or_read(KEY, KEPT_FOR, _read_rooms, fresh=fresh)


def forget_rooms():
    """Make this process ask again. Others do so by themselves within a second."""
    clear_shared_cache(KEY)


def _read_rooms():
    read_at = time.monotonic()
    rooms = WaitingRoom.objects.in_use().select_related("performance").annotate(now=Now())
    return {
        room.pk: Kept(room, tuple(room.lanes.all()), read_at)
        for room in rooms.prefetch_related("lanes")
    }
