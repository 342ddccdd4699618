"""Visitors who missed their turn, or whose time ended, return to the queue in a separate lane.

The rule (docs/decisions, "Latecomers return in a lane beside theirs"):

- A session begins when the visitor enters the sale, not when they are admitted, and their place is
  kept for `ADMISSION_VALID_FOR` after the admission.
- Visitors who come later than that, or within `RETURN_WITHIN` after their session ended, return
  once: in a lane beside theirs. Both lanes are admitted alternately, so they are ahead of everybody
  who joins now, and each visitor who waited is overtaken by one of them at most.
- Visitors who have bought or left the queue join again at its end, as does everybody who returns a
  second time.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from .models import AdmissionBatch, Lane, Pass
from .querysets import ADMISSION_VALID_FOR
from .queue_tokens import QueueToken
from .rooms import CachedRoom, clear_room_cache
from .sequence import next_number

# How long after their turn or their session has ended visitors can return.
RETURN_WITHIN = timedelta(hours=1)


@dataclass(frozen=True)
class EndedTurn:
    """A turn that is over: `was_in_sale` tells whether there was a session.

    `return_until` is None for those who join again at the end of the queue.
    """

    was_in_sale: bool
    ended_at: datetime
    return_until: datetime | None


def ended_turn(token: QueueToken, given: Pass | None, cached: CachedRoom) -> EndedTurn | None:
    """Return the turn of this token if it is over, else None.

    It is not over while its visitor waits, is admitted or buys. `given` is the visitor's pass. One
    query, only for admitted tokens.
    """
    lane = cached.lane(token.lane_id)
    position = token.position_in(cached.room, lane) if lane else None
    if lane is None or position is None:
        return None
    now = cached.now()
    if given and given.is_of(token):
        if given.expires_at > now:
            return None
        is_done = given.ended_early or given.has_returned(token)
        return _ended(True, given.expires_at, now, lane, is_done=is_done)
    if position > lane.serving:
        return None
    if is_exchanged(token, given, lane):
        has_returned = given is not None and given.has_returned(token)
        return _ended(False, now, now, lane, is_done=has_returned)
    batch = AdmissionBatch.objects.containing(lane.pk, position).first()
    if batch is None or batch.admitted_at >= now - ADMISSION_VALID_FOR:
        return None
    is_done = given is not None and (given.expires_at > now or given.has_returned(token))
    return _ended(False, batch.admitted_at + ADMISSION_VALID_FOR, now, lane, is_done=is_done)


def is_exchanged(token: QueueToken, given: Pass | None, lane: Lane) -> bool:
    """Return whether the visitor's token is invalid because another one replaced it.

    That is a token with which they have returned, or one for returning that has been used.
    """
    if lane.returns_to_id is not None:
        return given is None or given.return_number != token.number
    return given is not None and given.return_of == token.number


def return_to_queue(token: QueueToken, visitor: str, lane: Lane) -> tuple[Lane, int]:
    """Return the lane in which this visitor returns, and their number there, the same each time.

    Call it outside a transaction, and only for a turn with `return_until`.
    """
    returning = _returning_lane(lane)
    number = next_number(returning)
    try:
        with transaction.atomic():
            given, _created = Pass.objects.get_or_create(
                performance_id=token.performance_id,
                visitor=visitor,
                defaults={"entered_at": Now(), "expires_at": Now()},
            )
    except IntegrityError:  # Two requests at the same time, each creating it.
        given = Pass.objects.of(token.performance_id, visitor).get()
    # The first of several requests decides; the other numbers are not used.
    mine = Pass.objects.filter(pk=given.pk)
    mine.filter(return_number=None).update(return_number=number, return_of=token.number)
    decided = mine.values_list("return_number", flat=True).get()
    return returning, number if decided is None else decided


def _ended(
    was_in_sale: bool, ended_at: datetime, now: datetime, lane: Lane, *, is_done: bool
) -> EndedTurn:
    until = ended_at + RETURN_WITHIN
    if is_done or lane.returns_to_id is not None or now > until:
        return EndedTurn(was_in_sale, ended_at, None)
    return EndedTurn(was_in_sale, ended_at, until)


def _returning_lane(lane: Lane) -> Lane:
    found, is_new = Lane.objects.get_or_create(
        returns_to=lane,
        defaults={
            "room_id": lane.room_id,
            "name": f"{lane.name[:28]} (returning)",
            "weight": lane.weight,
        },
    )
    if is_new:
        clear_room_cache()
    return found
