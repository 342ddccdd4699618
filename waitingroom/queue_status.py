"""The queue status, which is shown to everyone waiting and built once a second for all.

    {"state": "open", "opens": 1765000000, "lanes": {"7": {"serving": 120, "draw_size": 900,
     "draw_cutoff": 1000, "joined": 2400, "pace": 80}}, "remaining": 412,
     "categories": [["Stalls", "45.00", 12]], "currency": "EUR", "sold_out": false,
     "poll_after": 4, "message": "", "translations": {}, "commitment": "…", "seed": "…"}

`pace` is admissions per minute, `poll_after` the longest time in seconds until the next request,
`translations` are those of the message, by language. It contains no time of its own, so that its
ETag stays the same while nothing changes. Building it also processes the queue, if nothing else
does.
"""

import gzip
import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Sum

from core.shared_cache import get_or_build
from organisation.translations import translations_of

from .admission import admit
from .exceptions import NoQueue
from .models import AdmissionBatch, Lane, WaitingRoom
from .remaining import remaining_of
from .rooms import cached_room

RENEWED_AFTER = 1  # Seconds.
PACE_WINDOW = timedelta(minutes=2)
MIN_POLL, MAX_POLL = 2, 20  # Seconds.


@dataclass(frozen=True)
class QueueStatus:
    data: dict[str, Any]
    body: bytes = field(repr=False)
    gzipped: bytes = field(repr=False)
    etag: str


def queue_status_of(performance_id: int) -> QueueStatus:
    """Return the queue status of a performance, at most a second old. Raises `NoQueue`."""
    if cached_room(performance_id) is None:
        raise NoQueue
    return get_or_build(_key(performance_id), RENEWED_AFTER, lambda: _build(performance_id))


def _key(performance_id: int) -> str:
    return f"queue:{performance_id}"


def _build(performance_id: int) -> QueueStatus:
    admit(performance_id)
    room = WaitingRoom.objects.select_related("performance").get(pk=performance_id)
    remaining = remaining_of(performance_id)
    categories = remaining.categories if remaining else ()
    lanes = list(room.lanes.all())
    paces = admissions_per_minute(room, lanes)
    data = {
        "state": room.state.value,
        "opens": int(room.opens_at.timestamp()),
        "lanes": {str(lane.pk): _lane(lane, paces) for lane in lanes},
        "current_capacity": room.current_capacity,
        "average_visit": round(room.average_visit),
        "remaining": remaining.left if remaining else None,
        "categories": [[row.name, str(row.price), row.left] for row in categories],
        "currency": remaining.currency if remaining else "",
        "poll_after": _poll_after(lanes),
        "sold_out": bool(remaining and remaining.is_sold_out),
        "message": room.message,
        "translations": _translations(room.message),
        "commitment": room.commitment,
        "seed": room.seed if room.opened_at and room.has_draw else None,
    }
    body = json.dumps(data, separators=(",", ":")).encode()
    etag = f'W/"{hashlib.blake2b(body, digest_size=9).hexdigest()}"'
    return QueueStatus(data, body, gzip.compress(body, 6, mtime=0), etag)


def _translations(message: str) -> Mapping[str, str]:
    return translations_of([message]).get(message, {}) if message else {}


def _lane(lane: Lane, paces: dict[int, int]) -> dict[str, int]:
    return {
        "serving": lane.serving,
        "draw_size": lane.draw_size,
        "draw_cutoff": lane.draw_cutoff,
        "joined": lane.joined(lane.seen),
        "pace": paces.get(lane.pk, 0),
    }


def _poll_after(lanes: Sequence[Lane]) -> int:
    """Return the seconds between two requests of each visitor.

    All visitors together send no more than `QUEUE_POLLS_PER_SECOND`. The fewer of them wait, the
    more often they are updated.
    """
    waiting = sum(max(0, lane.joined(lane.seen) - lane.serving) for lane in lanes)
    seconds = math.ceil(waiting / settings.QUEUE_POLLS_PER_SECOND)
    return max(MIN_POLL, min(MAX_POLL, seconds))


def admissions_per_minute(room: WaitingRoom, lanes: Sequence[Lane]) -> dict[int, int]:
    """Return the recent admissions per minute by lane id, of lanes that had any."""
    cached = cached_room(room.pk, fresh=True)
    if room.opened_at is None or cached is None:
        return {}
    open_for = cached.now() - room.opened_at
    minutes = max(timedelta(seconds=5), min(PACE_WINDOW, open_for)).total_seconds() / 60
    batches = AdmissionBatch.objects.filter(lane__in=lanes).since(PACE_WINDOW).order_by()
    rows = batches.values_list("lane_id").annotate(Sum("size"))
    return {lane_id: round(size / minutes) for lane_id, size in rows}
