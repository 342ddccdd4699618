"""Exchange a queue token for a pass, or give a pass without queueing."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from accounts.models import User
from core.database.locks import database_now

from .exceptions import (
    AlreadyAdmitted,
    InvalidQueueToken,
    NoQueue,
    NotYourTurn,
    QueueClosed,
    SaleFull,
    TooManyFromAddress,
)
from .households import Household, household_at
from .models import RETURN_USED, AdmissionBatch, Lane, Pass, WaitingRoom
from .querysets import ADMISSION_VALID_FOR
from .queue_tokens import QueueToken
from .returns import is_exchanged

# How many of one household may get a pass without queueing, however small the capacity is.
FAMILY = 4


def enter(*, token: QueueToken, visitor: str, user: User | None = None) -> Pass:
    """Exchange the queue token of an admitted visitor for a pass, and return it.

    Repeated while the pass is valid, it returns the same one. Locks the waiting room, so that
    passes are counted one at a time and never exceed the capacity. Raises `NoQueue`, `QueueClosed`,
    `NotYourTurn`, `SaleFull`, `InvalidQueueToken` (used, or admitted too long ago),
    `AlreadyAdmitted`.
    """
    with transaction.atomic(durable=True):
        room, now = _lock_room(token.performance_id)
        existing = Pass.objects.of(room.pk, visitor).first()
        if existing and existing.is_of(token):
            if existing.expires_at > now:
                return existing
            raise InvalidQueueToken
        if room.state == WaitingRoom.State.CLOSED:
            raise QueueClosed
        lane = Lane.objects.filter(pk=token.lane_id, room=room).first()
        if lane is None:
            raise InvalidQueueToken
        if is_exchanged(token, existing, lane):
            raise InvalidQueueToken
        position = token.position_in(room, lane)
        if room.state != WaitingRoom.State.OPEN or position is None or position > lane.serving:
            raise NotYourTurn
        batch = AdmissionBatch.objects.containing(lane.pk, position).first()
        if batch is None or batch.admitted_at < now - ADMISSION_VALID_FOR:
            raise InvalidQueueToken
        _check_capacity(room, now, user, visitor)
        AdmissionBatch.objects.filter(pk=batch.pk).update(arrived=F("arrived") + 1)
        return _issue(room, now, visitor=visitor, user=user, lane=lane, number=token.number)


def walk_in(
    *, performance_id: int, visitor: str, user: User | None = None, address: str | None = None
) -> bool:
    """Give a pass without queueing if there is capacity and nobody waits; return whether it did.

    `address` is the client's, by which such passes are limited (see `households`). Locks the
    waiting room, so that they are counted one at a time. Raises `TooManyFromAddress`.
    """
    with transaction.atomic(durable=True):
        room, now = _lock_room(performance_id)
        if room.state in (WaitingRoom.State.PAUSED, WaitingRoom.State.CLOSED):
            return False
        if any(lane.has_waiting for lane in room.lanes.all()):
            return False
        try:
            _check_capacity(room, now, user, visitor)
        except (SaleFull, AlreadyAdmitted):
            return False
        household = household_at(
            address, performance_id=room.pk, size=room.capacity, person=1, family=FAMILY
        )
        if household:
            _check_household(room, now, household, visitor)
        name = household.name if household else ""
        _issue(room, now, visitor=visitor, user=user, lane=None, number=None, household=name)
    return True


def _lock_room(performance_id: int) -> tuple[WaitingRoom, datetime]:
    rooms = WaitingRoom.objects.select_for_update(of=("self",)).exclude(mode="off")
    room = rooms.filter(pk=performance_id).first()
    if room is None:
        raise NoQueue
    # Not the start of the transaction, which may be before others got their passes.
    return room, database_now()


def _check_capacity(room: WaitingRoom, now: datetime, user: User | None, visitor: str) -> None:
    valid = Pass.objects.filter(performance_id=room.pk, expires_at__gt=now)
    others = valid.exclude(visitor=visitor)
    if user and others.filter(user=user).exists():
        raise AlreadyAdmitted
    if others.count() >= room.current_capacity:
        raise SaleFull


def _check_household(room: WaitingRoom, now: datetime, household: Household, visitor: str) -> None:
    others = Pass.objects.walked_in(room.pk, household.name, now).exclude(visitor=visitor)
    if others.count() >= household.limit:
        raise TooManyFromAddress


def _issue(
    room: WaitingRoom,
    now: datetime,
    *,
    visitor: str,
    user: User | None,
    lane: Lane | None,
    number: int | None,
    household: str = "",
) -> Pass:
    used = {"return_number": RETURN_USED} if lane and lane.returns_to_id else {}
    return Pass.objects.update_or_create(
        performance_id=room.pk,
        visitor=visitor,
        defaults={
            **used,
            "user": user,
            "lane": lane,
            "number": number,
            "entered_at": now,
            "expires_at": now + timedelta(minutes=room.pass_minutes),
            "ended_early": False,
            "extended_at": None,
            "household": household,
        },
    )[0]
