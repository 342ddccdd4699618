"""Factories of the waiting room."""

import secrets
from datetime import timedelta
from itertools import count

from django.db.models import F
from django.utils import timezone

from shows.tests.factories import make_performance, make_plan
from waitingroom.admission import admit, open_room
from waitingroom.joining import digest_of, join
from waitingroom.models import AdmissionBatch, Lane, Pass, WaitingRoom
from waitingroom.rooms import clear_room_cache

_number = count(1)


def make_room(*, performance=None, gathering=False, lanes=(), **fields):
    """Create a waiting room that is open, or with `gathering` opens in an hour.

    `lanes` are (name, weight, code) of lanes besides the regular one.
    """
    performance = performance or make_performance(plan=make_plan())
    if gathering:
        performance.on_sale_from = timezone.now() + timedelta(hours=1)
        performance.save(update_fields=["on_sale_from"])
    room = WaitingRoom.objects.create(performance=performance, **fields)
    Lane.objects.create(room=room, name="Regular")
    for name, weight, code in lanes:
        Lane.objects.create(room=room, name=name, weight=weight, codes=[digest_of(code)])
    clear_room_cache()
    if not gathering:
        open_room(room.pk)
        room.refresh_from_db()
    return room


def lane_of(room, name="Regular"):
    return room.lanes.get(name=name)


def new_visitor():
    return secrets.token_urlsafe(8)


def join_queue(room, *, visitor=None, **more):
    """Join a waiting room; return the visitor and their queue token."""
    visitor = visitor or new_visitor()
    return visitor, join(performance_id=room.pk, visitor=visitor, **more)


def advance(room, *, seconds=1):
    """Let so many seconds pass for the waiting room, and admit visitors."""
    pass_time(room, seconds=seconds)
    return admit(room.pk)


def pass_time(room, **by):
    """Move all times of the waiting room into the past."""
    ago = timedelta(**by)
    WaitingRoom.objects.filter(pk=room.pk).update(
        processed_at=F("processed_at") - ago, opened_at=F("opened_at") - ago
    )
    AdmissionBatch.objects.filter(lane__room=room).update(admitted_at=F("admitted_at") - ago)
    Pass.objects.filter(performance_id=room.pk).update(
        entered_at=F("entered_at") - ago, expires_at=F("expires_at") - ago
    )


def open_due(room):
    """Make the opening of the waiting room due, and open it."""
    performance = room.performance
    performance.on_sale_from = timezone.now() - timedelta(seconds=1)
    performance.save(update_fields=["on_sale_from"])
    clear_room_cache()
    open_room(room.pk)
    # A page that waits in a browser may have asked in between.
    clear_room_cache()
    room.refresh_from_db()
