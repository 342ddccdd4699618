"""The queue as staff see it, at this moment."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Sum
from django.db.models.functions import Now, TruncMinute

from .models import Call, Pass, WaitingRoom
from .sequence import highest_numbers

MINUTES = 30


@dataclass(frozen=True)
class LaneView:
    name: str
    weight: int
    joined: int
    called: int
    waiting: int


@dataclass(frozen=True)
class View:
    room: WaitingRoom
    lanes: list
    inside: int
    room_for: int
    entered: int
    # (time, how many were called), minute by minute; and the greatest of them.
    minutes: list
    most: int

    @property
    def waiting(self):
        return sum(lane.waiting for lane in self.lanes)


def view_of(performance_id):
    """Return the View of a room. Six queries and one question to Redis."""
    rooms = WaitingRoom.objects.select_related("performance__show", "performance__venue")
    room = rooms.annotate(now=Now()).get(pk=performance_id)
    lanes = list(room.lanes.all())
    highest = highest_numbers(lanes)
    passes = Pass.objects.filter(performance_id=room.pk)
    minutes = _minutes(room)
    return View(
        room=room,
        lanes=[_lane(room, lane, highest[lane.pk]) for lane in lanes],
        inside=passes.valid().count(),
        room_for=room.room_for,
        entered=passes.count(),
        minutes=minutes,
        most=max((number for _minute, number in minutes), default=0),
    )


def _lane(room, lane, highest):
    joined = lane.joined(highest) if room.opened_at else highest
    return LaneView(lane.name, lane.weight, joined, lane.serving, max(0, joined - lane.serving))


def _minutes(room):
    calls = Call.objects.filter(lane__room=room).since(timedelta(minutes=MINUTES))
    rows = calls.annotate(minute=TruncMinute("called_at")).values_list("minute").order_by("minute")
    counted = dict(rows.annotate(Sum("size"), Count("pk")).values_list("minute", "size__sum"))
    last = room.now.replace(second=0, microsecond=0)
    times = [last - timedelta(minutes=ago) for ago in reversed(range(MINUTES))]
    return [(minute, counted.get(minute, 0)) for minute in times]
