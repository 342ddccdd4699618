"""The mark: what everybody who waits is told, made once a second for all.

    {"state": "open", "opens": 1765000000, "lanes": {"7": {"serving": 120, "drawn": 900,
     "late_from": 1000, "joined": 2400, "pace": 80}}, "left": 412,
     "categories": [["Stalls", "45.00", 12]], "currency": "EUR", "sold_out": false,
     "look": 4, "message": "", "commitment": "…", "seed": "…"}

`pace` is how many are called a minute, `look` after how many seconds at the latest to look again.
It holds no time of its own, so that its ETag stays the same while nothing changes. Making it also
moves the queue on, if nobody else does.
"""

import gzip
import hashlib
import json
import math
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.db.models import Sum

from core.shared_cache import get_or_build

from .admission import admit
from .exceptions import NoQueue
from .models import Call, WaitingRoom
from .remaining import remaining_of
from .rooms import room_of

RENEWED_AFTER = 1  # Seconds.
PACED_OVER = timedelta(minutes=2)
SOONEST_LOOK, LATEST_LOOK = 2, 20  # Seconds.


@dataclass(frozen=True)
class QueueStatus:
    told: dict
    body: bytes = field(repr=False)
    gzipped: bytes = field(repr=False)
    etag: str

    def lane(self, lane_id):
        return self.told["lanes"].get(str(lane_id))


def queue_status_of(performance_id):
    """Return the Mark of a performance's room, at most a second old. Raises NoQueue."""
    if room_of(performance_id) is None:
        raise NoQueue
    return get_or_build(_key(performance_id), RENEWED_AFTER, lambda: _build(performance_id))


def _key(performance_id):
    return f"queue:{performance_id}"


def _build(performance_id):
    admit(performance_id)
    room = WaitingRoom.objects.select_related("performance").get(pk=performance_id)
    stock = remaining_of(performance_id)
    lanes = list(room.lanes.all())
    paces = _paces(room, lanes)
    told = {
        "state": room.state.value,
        "opens": int(room.opens_at.timestamp()),
        "lanes": {str(lane.pk): _lane(lane, paces) for lane in lanes},
        "room_for": room.room_for,
        "stay": round(room.stay),
        "left": stock.left if stock else None,
        "categories": [[row.name, str(row.price), row.left] for row in stock.categories]
        if stock
        else [],
        "currency": stock.currency if stock else "",
        "look": _look(lanes),
        "sold_out": bool(stock and stock.is_sold_out),
        "message": room.message,
        "commitment": room.commitment,
        "seed": room.seed if room.opened_at and room.draws_lots else None,
    }
    body = json.dumps(told, separators=(",", ":")).encode()
    etag = f'W/"{hashlib.blake2b(body, digest_size=9).hexdigest()}"'
    return QueueStatus(told, body, gzip.compress(body, 6, mtime=0), etag)


def _lane(lane, paces):
    return {
        "serving": lane.serving,
        "drawn": lane.drawn,
        "late_from": lane.late_from,
        "joined": lane.joined(lane.seen),
        "pace": paces.get(lane.pk, 0),
    }


def _look(lanes):
    """Return after how many seconds each looks again, so that all together ask for no more than
    can be answered: the fewer wait, the sooner they hear that nothing is left."""
    waiting = sum(max(0, lane.joined(lane.seen) - lane.serving) for lane in lanes)
    seconds = math.ceil(waiting / settings.QUEUE_POLLS_PER_SECOND)
    return max(SOONEST_LOOK, min(LATEST_LOOK, seconds))


def _paces(room, lanes):
    """How many were called a minute lately, in each lane."""
    if room.opened_at is None:
        return {}
    open_for = room_of(room.pk, fresh=True).now() - room.opened_at
    minutes = max(timedelta(seconds=5), min(PACED_OVER, open_for)).total_seconds() / 60
    calls = Call.objects.filter(lane__in=lanes).since(PACED_OVER).order_by()
    rows = calls.values_list("lane_id").annotate(Sum("size"))
    return {lane_id: round(size / minutes) for lane_id, size in rows}
