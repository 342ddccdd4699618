"""Going in: from a place in the queue to a pass."""

from datetime import timedelta

from django.db import connection, transaction
from django.db.models import F

from .exceptions import (
    AlreadyInside,
    BadPlace,
    NoQueue,
    NotYourTurn,
    QueueClosed,
    RoomFull,
    TooManyFromHere,
)
from .households import household_at
from .models import Call, Lane, Pass, WaitingRoom
from .querysets import CALL_KEPT

# So many walk in together from one household, however small the room is.
FAMILY = 4


def enter(*, place, visitor, user=None):
    """Give the owner of a place, whose turn it is, a pass; return it. Uses the place up.

    Asked again while the pass lasts, it gives the same one. Locks the room, so that passes are
    counted in turn: there are never more than there is room for. Raises NoQueue, QueueClosed,
    NotYourTurn, RoomFull, BadPlace (used, or called too long ago), AlreadyInside.
    """
    with transaction.atomic(durable=True):
        room, now = _lock_room(place.performance_id)
        mine = Pass.objects.of(room.pk, visitor).first()
        if mine and mine.lane_id == place.lane_id and mine.number == place.number:
            if mine.expires_at > now:
                return mine
            raise BadPlace
        if room.state == WaitingRoom.State.CLOSED:
            raise QueueClosed
        lane = Lane.objects.filter(pk=place.lane_id, room=room).first()
        if lane is None:
            raise BadPlace
        position = place.position_in(room, lane)
        if room.state != WaitingRoom.State.OPEN or position > lane.serving:
            raise NotYourTurn
        call = Call.objects.of(lane.pk, position).first()
        if call is None or call.called_at < now - CALL_KEPT:
            raise BadPlace
        _check_room(room, now, user, visitor)
        Call.objects.filter(pk=call.pk).update(came=F("came") + 1)
        return _give(room, now, visitor=visitor, user=user, lane=lane, number=place.number)


def walk_in(*, performance_id, visitor, user=None, address=None):
    """Give a pass without queueing, if there is room and nobody waits; True if there was.

    `address` is the client's, by which walk-ins are limited (see `households`). Locks the room, so
    that they are counted in turn. Raises TooManyFromHere.
    """
    with transaction.atomic(durable=True):
        room, now = _lock_room(performance_id)
        if room.state in (WaitingRoom.State.PAUSED, WaitingRoom.State.CLOSED):
            return False
        if any(lane.has_waiting for lane in room.lanes.all()):
            return False
        try:
            _check_room(room, now, user, visitor)
        except (RoomFull, AlreadyInside):
            return False
        household = household_at(
            address, performance_id=room.pk, size=room.capacity, person=1, family=FAMILY
        )
        if household:
            _check_household(room, now, household, visitor)
        _give(
            room,
            now,
            visitor=visitor,
            user=user,
            lane=None,
            number=None,
            household=household.name if household else "",
        )
    return True


def _lock_room(performance_id):
    rooms = WaitingRoom.objects.select_for_update(of=("self",)).exclude(mode="off")
    room = rooms.filter(pk=performance_id).first()
    if room is None:
        raise NoQueue
    with connection.cursor() as cursor:
        # Not the time at which the transaction began, which may be before others got in.
        cursor.execute("SELECT clock_timestamp()")
        return room, cursor.fetchone()[0]


def _check_room(room, now, user, visitor):
    inside = Pass.objects.filter(performance_id=room.pk, expires_at__gt=now)
    others = inside.exclude(visitor=visitor)
    if user and others.filter(user=user).exists():
        raise AlreadyInside
    if others.count() >= room.room_for:
        raise RoomFull


def _check_household(room, now, household, visitor):
    others = Pass.objects.walked_in(room.pk, household.name, now).exclude(visitor=visitor)
    if others.count() >= household.limit:
        raise TooManyFromHere


def _give(room, now, *, visitor, user, lane, number, household=""):
    return Pass.objects.update_or_create(
        performance_id=room.pk,
        visitor=visitor,
        defaults={
            "user": user,
            "lane": lane,
            "number": number,
            "entered_at": now,
            "expires_at": now + timedelta(minutes=room.pass_minutes),
            "given_back": False,
            "household": household,
        },
    )[0]
