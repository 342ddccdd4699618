"""The state of a queue for the admin, read at this moment."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Sum
from django.db.models.functions import Now, TruncMinute
from django.utils.translation import gettext as _

from .models import AdmissionBatch, Lane, Pass, WaitingRoom
from .sequence import highest_numbers

MINUTES = 30


@dataclass(frozen=True)
class LaneOverview:
    name: str
    weight: int
    joined: int
    admitted: int
    waiting: int


@dataclass(frozen=True)
class QueueOverview:
    room: WaitingRoom
    lanes: list[LaneOverview]
    active: int
    current_capacity: int
    entered: int
    # (minute, number admitted), and the greatest of these numbers.
    minutes: list[tuple[datetime, int]]
    most: int

    @property
    def waiting(self) -> int:
        return sum(lane.waiting for lane in self.lanes)


def overview_of(performance_id: int) -> QueueOverview:
    """Return the overview of a waiting room. Six queries and one request to Redis."""
    rooms = WaitingRoom.objects.select_related("performance__show", "performance__venue")
    room = rooms.annotate(now=Now()).get(pk=performance_id)
    lanes = list(room.lanes.select_related("returns_to"))
    highest = highest_numbers(lanes)
    passes = Pass.objects.filter(performance_id=room.pk)
    minutes = _minutes(room)
    return QueueOverview(
        room=room,
        lanes=[_lane(room, lane, highest[lane.pk]) for lane in lanes],
        active=passes.valid().count(),
        current_capacity=room.current_capacity,
        entered=passes.count(),
        minutes=minutes,
        most=max((number for _minute, number in minutes), default=0),
    )


def _lane(room: WaitingRoom, lane: Lane, highest: int) -> LaneOverview:
    joined = lane.joined(highest) if room.opened_at else highest
    waiting = max(0, joined - lane.serving)
    name = _("%s, returning") % lane.returns_to if lane.returns_to else lane.name
    return LaneOverview(name, lane.weight, joined, lane.serving, waiting)


def _minutes(room: Any) -> list[tuple[datetime, int]]:
    batches = AdmissionBatch.objects.filter(lane__room=room).since(timedelta(minutes=MINUTES))
    rows = batches.annotate(minute=TruncMinute("admitted_at")).values_list("minute")
    rows = rows.order_by("minute").annotate(Sum("size"), Count("pk"))
    counted = dict(rows.values_list("minute", "size__sum"))
    last = room.now.replace(second=0, microsecond=0)
    times = [last - timedelta(minutes=ago) for ago in reversed(range(MINUTES))]
    return [(minute, counted.get(minute, 0)) for minute in times]
