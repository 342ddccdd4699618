"""A place in the queue: a signed token that its visitor keeps.

It says which performance, which lane, when they came (`number`, and whether before the opening),
and whose it is. Nothing of it is stored anywhere else until it is used.
"""

from dataclasses import dataclass

from django.core import signing

from core.secret_keys import hmac_matches, hmac_of

from . import lottery
from .exceptions import BadPlace

LONGEST = 60 * 60 * 24 * 14  # Seconds for which a place is kept.
OWNER, OWNER_LENGTH = "waitingroom.owner", 20
_signer = signing.TimestampSigner(salt="waitingroom.place")


@dataclass(frozen=True)
class QueueToken:
    performance_id: int
    lane_id: int
    number: int
    # Whether it was taken before the opening, and so has a lot.
    is_early: bool
    arrival: str
    owner: str

    def position_in(self, room, lane):
        """Return where it stands in its lane, from 1 on; None before the opening."""
        if room.opened_at is None:
            return None
        if self.is_early:
            return lottery.position(room.seed, self.arrival, lane.drawn)
        return lane.drawn + max(1, self.number - lane.late_from)


def new_token(*, performance_id, lane_id, number, is_early, who, visitor):
    """Return a place. `who` is what its lot depends on: the account, or else the visitor."""
    return QueueToken(
        performance_id=performance_id,
        lane_id=lane_id,
        number=number,
        is_early=is_early,
        arrival=lottery.arrival_id(performance_id, who),
        owner=_owner(performance_id, visitor),
    )


def sign_token(place):
    """Return the token of a place."""
    told = [
        place.performance_id,
        place.lane_id,
        place.number,
        int(place.is_early),
        place.arrival,
        place.owner,
    ]
    return _signer.sign_object(told)


def read_token(token, *, performance_id, visitor):
    """Return the Place of a token, or None when there is no token.

    Raises BadPlace for one that is forged, too old, of another performance or another visitor's.
    """
    if not token:
        return None
    try:
        told = _signer.unsign_object(token, max_age=LONGEST)
        number, lane_id, count, is_early, arrival, owner = told
    except (signing.BadSignature, ValueError, TypeError):
        raise BadPlace from None
    name = f"{performance_id}:{visitor or ''}"
    if number != performance_id or not hmac_matches(owner, OWNER, name, length=OWNER_LENGTH):
        raise BadPlace
    return QueueToken(performance_id, lane_id, count, bool(is_early), arrival, owner)


def _owner(performance_id, visitor):
    return hmac_of(OWNER, f"{performance_id}:{visitor}")[:OWNER_LENGTH]
