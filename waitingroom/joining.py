"""Taking a place in the queue."""

from .exceptions import NoQueue, QueueClosed, WrongCode
from .lanes import lane_for
from .models import WaitingRoom
from .opening import open_room
from .queue_tokens import new_token
from .rooms import room_of
from .sequence import next_number


def join(*, performance_id, visitor, user=None, code="", place=None):
    """Return the visitor's place: the one they have (`place`), or a new one.

    A code moves them to its lane, if that is a heavier one than theirs. Before the opening a place
    has a lot, which is the same however often it is taken. Raises NoQueue, QueueClosed, WrongCode.
    Writes at most one row (in a block of numbers, seldom that).
    """
    kept = room_of(performance_id)
    if kept is None:
        raise NoQueue
    if kept.is_due:
        # From this instant on nobody gets a lot any more, whoever opened the room.
        open_room(performance_id)
        kept = room_of(performance_id, fresh=True)
    if kept.room.state == WaitingRoom.State.CLOSED:
        raise QueueClosed
    lane = lane_for(kept.lanes, code)
    if lane is None:
        raise WrongCode
    mine = place and kept.lane(place.lane_id)
    if mine and mine.weight >= lane.weight:
        return place
    return new_token(
        performance_id=performance_id,
        lane_id=lane.pk,
        number=next_number(lane),
        is_early=kept.room.opened_at is None and kept.room.draws_lots,
        who=f"user:{user.pk}" if user else f"visitor:{visitor}",
        visitor=visitor,
    )
