"""Calling people in: as many as there is room for, in turn between the lanes.

Runs once a second, by Celery beat and, at the latest, by the next page that asks for the mark: the
queue moves on without any worker.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import F, Sum

from .fair_sharing import Share, share
from .models import Call, Pass, WaitingRoom
from .opening import open_room
from .pacing import measured, paced
from .rooms import forget_rooms, rooms_in_use
from .sequence import highest_numbers

BEAT = timedelta(seconds=0.9)  # Two ticks within this time are one.
# Of those called, so many may stay away before it is counted upon; below that it is not believed.
LEAST_SHOW_RATE = 0.1
# More than this in one tick is never called, whatever the arithmetic says.
MOST_AT_ONCE = 5000


@dataclass(frozen=True)
class Admitted:
    """What a tick came to."""

    called: dict  # {lane id: how many}
    inside: int = 0
    awaited: int = 0


def admit(performance_id):
    """Open the room if that is due and call as many as there is room for; return `Admitted`.

    At most once in `BEAT`. Locks the room. Asks Redis before the transaction, never inside.
    """
    open_room(performance_id)
    room = WaitingRoom.objects.prefetch_related("lanes").get(pk=performance_id)
    highest = highest_numbers(room.lanes.all())
    health = measured(performance_id)
    with transaction.atomic(durable=True):
        room = WaitingRoom.objects.select_for_update(of=("self",)).get(pk=performance_id)
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            now = cursor.fetchone()[0]
        if room.admitted_at and now - room.admitted_at < BEAT:
            return Admitted({})
        admitted = _admit(room, highest, health, now)
    forget_rooms()
    return admitted


def admit_everywhere():
    """A tick of every room that is switched on."""
    for performance_id in rooms_in_use():
        admit(performance_id)


def _admit(room, highest, health, now):
    lanes = list(room.lanes.select_for_update())
    elapsed = (now - room.admitted_at).total_seconds() if room.admitted_at else 1.0
    room.pace = paced(room.pace, health)
    _measure(room, now)
    inside = Pass.objects.filter(performance_id=room.pk, expires_at__gt=now).count()
    awaited = _awaited(room)
    allowed = MOST_AT_ONCE if room.rate is None else int(room.rate * min(elapsed, 60) / 60)
    free = 0
    if room.state == WaitingRoom.State.OPEN:
        free = min(allowed, _how_many(room, inside, awaited))
    called = _call(room, lanes, highest, free)
    # What a rate leaves over of a tick is a part of a person, who is called in a later one.
    rest = 0 if room.rate is None else min(elapsed, 60) - allowed * 60 / room.rate
    room.admitted_at = now - timedelta(seconds=rest)
    room.save(update_fields=["admitted_at", "pace", "show_rate", "stay", "turn"])
    return Admitted(called, inside, awaited)


def _how_many(room, inside, awaited):
    free = room.room_for - inside - round(awaited * room.show_rate)
    if free <= 0:
        return 0
    # Some of those called have left long ago, so a few more are called than there is room for.
    # Should all of them come, the last wait at the door for a moment: see `entering`.
    return round(free / max(room.show_rate, LEAST_SHOW_RATE))


def _call(room, lanes, highest, free):
    shares = []
    for lane in lanes:
        lane.seen = max(lane.seen, min(highest.get(lane.pk, 0), lane.issued_to))
        waiting = lane.joined(lane.seen) - lane.serving if room.opened_at else 0
        shares.append(Share(lane, lane.weight, waiting, lane.turn_ended))
    room.turn = share(shares, free, room.turn)
    calls = []
    for given in shares:
        lane = given.key
        lane.serving += given.called
        lane.turn_ended = given.turn_ended
        lane.save(update_fields=["seen", "serving", "turn_ended"])
        if given.called:
            calls.append(Call(lane=lane, upto=lane.serving, size=given.called))
    Call.objects.bulk_create(calls)
    return {call.lane_id: call.size for call in calls}


def _awaited(room):
    """How many of those called lately are still to come."""
    calls = Call.objects.awaited().filter(lane__room=room, size__gt=F("came"))
    return calls.aggregate(number=Sum(F("size") - F("came")))["number"] or 0


def _measure(room, now):
    """Note how many of those called come, and how long they stay."""
    heard = Call.objects.filter(lane__room=room).heard(timedelta(minutes=5))
    told = heard.aggregate(size=Sum("size"), came=Sum("came"))
    if told["size"]:
        room.show_rate = min(1.0, max(LEAST_SHOW_RATE, (told["came"] or 0) / told["size"]))
    ended = Pass.objects.filter(
        performance_id=room.pk, expires_at__lte=now, expires_at__gt=now - timedelta(minutes=10)
    )
    stay = ended.aggregate(number=Sum(F("expires_at") - F("entered_at")))["number"]
    if stay:
        room.stay = stay.total_seconds() / ended.count()
