"""How far somebody has come in the queue, in words that a page can say."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    # None before the opening.
    position: int | None
    ahead: int | None
    # Whether it is their turn.
    is_called: bool
    # Whole minutes, from and to; None when nothing is known.
    minutes: tuple | None
    # Whether fewer places are left than people stand before them.
    is_doubtful: bool


def progress_of(place, mark, room):
    """Return the Progress of a place by the mark that everybody is told.

    The time is the number ahead by the pace of the last minutes, a quarter less to a half more: an
    honest guess has two ends. `queue.js` reckons in the same way.
    """
    lane = mark["lanes"].get(str(place.lane_id))
    if lane is None or room.opened_at is None:
        return Progress(None, None, False, None, False)
    position = place.position_in(room, _Lane(**lane))
    ahead = max(0, position - 1 - lane["serving"])
    return Progress(
        position=position,
        ahead=ahead,
        is_called=position <= lane["serving"],
        minutes=minutes_for(ahead, lane["pace"]) if mark["state"] == "open" else None,
        is_doubtful=mark["left"] is not None and ahead > mark["left"],
    )


def minutes_for(ahead, pace):
    """Return (from, to) in whole minutes at `pace` people a minute, or None without a pace."""
    if pace <= 0:
        return None
    minutes = ahead / pace
    return max(1, round(minutes * 0.75)), max(1, round(minutes * 1.5 + 0.5))


@dataclass(frozen=True)
class _Lane:
    """A lane as the mark tells it."""

    serving: int
    drawn: int
    late_from: int
    joined: int
    pace: int
