"""Join the queue, in the lane that an access code opens."""

import hashlib
import unicodedata
from collections.abc import Iterable
from dataclasses import replace

from accounts.models import User
from shows.online_sales import is_sold_online
from shows.terms import terms_of

from .admission import open_room
from .exceptions import NoQueue, NotSoldOnline, QueueClosed, WrongCode
from .models import Lane, Pass, WaitingRoom
from .queue_tokens import QueueToken, new_token
from .returns import EndedTurn, ended_turn, return_to_queue
from .rooms import CachedRoom, cached_room
from .sequence import next_number
from .turn_alerts import move_alert


def join(
    *,
    performance_id: int,
    visitor: str,
    user: User | None = None,
    code: str = "",
    token: QueueToken | None = None,
) -> QueueToken:
    """Return the visitor's queue token: the one they have (`token`), or a new one.

    A code moves them to its lane if that has a greater weight than theirs. Before the opening a
    token takes part in the draw, with the same draw number however often it is issued. A visitor
    whose turn is over gets a new one, in the lane for returning if they may (see `returns`). Writes
    no row unless somebody returns. Raises `NoQueue`, `NotSoldOnline`, `QueueClosed`,
    `WrongCode`.
    """
    cached = cached_room(performance_id)
    if cached is None or not (terms := terms_of(performance_id)).is_public:
        raise NoQueue
    if not is_sold_online(terms):
        raise NotSoldOnline
    if cached.is_due:
        # Nobody joins the draw from this moment on, whoever opens the room.
        open_room(performance_id)
        cached = cached_room(performance_id, fresh=True)
        if cached is None:
            raise NoQueue
    if cached.room.state == WaitingRoom.State.CLOSED:
        raise QueueClosed
    lane = lane_for(cached.lanes, code)
    if lane is None:
        raise WrongCode
    if token is not None:
        if turn := turn_of(token, visitor, cached):
            if turn.return_until and not code:
                return _return(token, visitor, cached)
        elif (current := cached.lane(token.lane_id)) and current.weight >= lane.weight:
            return token
    fresh = new_token(
        performance_id=performance_id,
        lane_id=lane.pk,
        number=next_number(lane),
        in_draw=cached.room.opened_at is None and cached.room.has_draw,
        owner=f"user:{user.pk}" if user else f"visitor:{visitor}",
        visitor=visitor,
    )
    if token is not None:
        move_alert(token=fresh, visitor=visitor)
    return fresh


def turn_of(token: QueueToken, visitor: str, cached: CachedRoom) -> EndedTurn | None:
    """Return the turn of this token if it is over (see `returns`). Up to two queries."""
    given = Pass.objects.of(token.performance_id, visitor).first()
    return ended_turn(token, given, cached)


def lane_for(lanes: Iterable[Lane], code: str) -> Lane | None:
    """Return the lane that a code opens, the public lane without a code, or None."""
    if not clean_code(code):
        return next((lane for lane in lanes if lane.is_public), None)
    digest = digest_of(code)
    return next((lane for lane in lanes if digest in lane.codes), None)


def digest_of(code: str) -> str:
    """Return the digest that is stored of a code. Case, spaces and dashes don't count."""
    return hashlib.sha256(clean_code(code).encode()).hexdigest()


def clean_code(code: str | None) -> str:
    """Return the letters and digits of a code, in lower case."""
    text = unicodedata.normalize("NFKC", code or "").casefold()
    return "".join(letter for letter in text if letter.isalnum())


def ensure_regular_lane(room: WaitingRoom) -> Lane:
    """Return the public lane of a waiting room, creating it if it is missing."""
    return Lane.objects.get_or_create(room=room, name="Regular", defaults={"weight": 1})[0]


def _return(token: QueueToken, visitor: str, cached: CachedRoom) -> QueueToken:
    """Return the token with which this visitor returns to the queue."""
    lane = cached.lane(token.lane_id)
    assert lane is not None  # Its turn has ended.
    returning, number = return_to_queue(token, visitor, lane)
    back = replace(token, lane_id=returning.pk, number=number, in_draw=False)
    move_alert(token=back, visitor=visitor)
    return back
