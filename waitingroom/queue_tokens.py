"""Queue tokens: a place in the queue, as a signed token that its visitor keeps.

It names the performance, the lane, the number (in order of joining), whether it takes part in the
draw, and its owner. It is stored nowhere else until it is exchanged for a pass.
"""

from dataclasses import dataclass
from typing import Protocol

from django.core import signing

from core.secret_keys import hmac_matches, hmac_of

from . import lottery
from .exceptions import InvalidQueueToken
from .models import WaitingRoom

MAX_AGE = 60 * 60 * 24 * 14  # Seconds.
OWNER, OWNER_LENGTH = "waitingroom.owner", 20
_signer = signing.TimestampSigner(salt="waitingroom.place")


class Positions(Protocol):
    """The data of a lane that decides positions: a `Lane`, or the lane of a queue status."""

    @property
    def draw_size(self) -> int: ...

    @property
    def draw_cutoff(self) -> int: ...


@dataclass(frozen=True)
class QueueToken:
    performance_id: int
    lane_id: int
    number: int
    # Whether it was issued before the opening, and so takes part in the draw.
    in_draw: bool
    draw_id: str
    # A keyed hash of the visitor: nobody else can use the token.
    owner: str

    def position_in(self, room: WaitingRoom, lane: Positions) -> int | None:
        """Return the position in its lane, from 1 on; None before the opening."""
        if room.opened_at is None:
            return None
        return position_of(self.number, self.draw_id if self.in_draw else "", room, lane)


def position_of(number: int, draw_id: str, room: WaitingRoom, lane: Positions) -> int:
    """Return the position in a lane of an open room; `draw_id` is empty without the draw."""
    if draw_id:
        return lottery.position(room.seed, draw_id, lane.draw_size)
    return lane.draw_size + max(1, number - lane.draw_cutoff)


def new_token(
    *, performance_id: int, lane_id: int, number: int, in_draw: bool, owner: str, visitor: str
) -> QueueToken:
    """Return a new queue token. The draw ID depends on `owner`: the account, or the visitor."""
    return QueueToken(
        performance_id=performance_id,
        lane_id=lane_id,
        number=number,
        in_draw=in_draw,
        draw_id=lottery.draw_id(performance_id, owner),
        owner=_owner(performance_id, visitor),
    )


def sign_token(token: QueueToken) -> str:
    """Return the signed text of a queue token."""
    return _signer.sign_object(
        [
            token.performance_id,
            token.lane_id,
            token.number,
            int(token.in_draw),
            token.draw_id,
            token.owner,
        ]
    )


def read_token(text: str | None, *, performance_id: int, visitor: str | None) -> QueueToken | None:
    """Return the queue token of a signed text, or None when there is no text.

    Raises `InvalidQueueToken` for one that is forged, too old, of another performance or another
    visitor's.
    """
    if not text:
        return None
    try:
        values = _signer.unsign_object(text, max_age=MAX_AGE)
        performance, lane_id, number, in_draw, draw_id, owner = values
    except (signing.BadSignature, ValueError, TypeError):
        raise InvalidQueueToken from None
    name = f"{performance_id}:{visitor or ''}"
    if performance != performance_id or not hmac_matches(owner, OWNER, name, length=OWNER_LENGTH):
        raise InvalidQueueToken
    return QueueToken(performance_id, lane_id, number, bool(in_draw), draw_id, owner)


def _owner(performance_id: int, visitor: str) -> str:
    return hmac_of(OWNER, f"{performance_id}:{visitor}")[:OWNER_LENGTH]
