"""Frames are read from a trace of Chromium."""

import pytest

from tools.bench.frames import FRAME, frames_of

MAIN = {"pid": 1, "tid": 1}


def event(name, at, duration=0.0, **more):
    """Return an event of the trace; times in milliseconds."""
    return MAIN | {"name": name, "ph": "X", "ts": at * 1000, "dur": duration * 1000} | more


def frame(at):
    return event(FRAME, at, ph="I")


def test_work_is_summed_from_frame_to_frame_and_nothing_is_counted_twice():
    first, second = frames_of(
        [
            frame(0),
            event("FunctionCall", 1, 4),
            event("Layout", 2, 3),  # Part of the script.
            event("UpdateLayoutTree", 5.5, 2),
            event("Paint", 8, 6),
            event("Layout", 9, 1, tid=2),  # Another thread.
            frame(16),
            event("EventDispatch", 17, 1),
        ]
    )
    assert (first.scripting, first.layout, first.paint) == (4, 2, 6)
    assert first.counted == 6
    assert second.counted == 1


@pytest.mark.parametrize(("pause", "number"), [(10, 1), (17, 2)])
def test_what_follows_a_pause_of_a_frame_is_for_another_one(pause, number):
    frames = frames_of([frame(0), event("TimerFire", 1, 2), event("TimerFire", 3 + pause, 2)])
    assert len(frames) == number
