"""A visitor's progress in the queue, ready to be shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .models import WaitingRoom
from .queue_tokens import QueueToken


@dataclass(frozen=True)
class Progress:
    # None before the opening.
    position: int | None
    ahead: int | None
    is_admitted: bool
    # Estimated waiting time, (from, to) in whole minutes; None while unknown.
    minutes: tuple[int, int] | None
    # Whether fewer places remain than people are ahead.
    is_doubtful: bool


def progress_of(token: QueueToken, status: Mapping[str, Any], room: WaitingRoom) -> Progress:
    """Return the progress of a queue token by the public queue status.

    The waiting time is the number ahead divided by the admissions per minute, from a quarter less
    to a half more. `queue.js` estimates it the same way.
    """
    lane = status["lanes"].get(str(token.lane_id))
    position = token.position_in(room, _Lane(**lane)) if lane else None
    if position is None:
        return Progress(None, None, False, None, False)
    ahead = max(0, position - 1 - lane["serving"])
    return Progress(
        position=position,
        ahead=ahead,
        is_admitted=position <= lane["serving"],
        minutes=minutes_for(ahead, lane["pace"]) if status["state"] == "open" else None,
        is_doubtful=status["remaining"] is not None and ahead > status["remaining"],
    )


def minutes_for(ahead: int, pace: int) -> tuple[int, int] | None:
    """Return (from, to) in whole minutes at `pace` admissions per minute, or None at zero."""
    if pace <= 0:
        return None
    minutes = ahead / pace
    return max(1, round(minutes * 0.75)), max(1, round(minutes * 1.5 + 0.5))


@dataclass(frozen=True)
class _Lane:
    """A lane as the queue status describes it."""

    serving: int
    draw_size: int
    draw_cutoff: int
    joined: int
    pace: int
