"""Fingers on a touch screen, for tests in Chromium."""

from typing import Any

Point = tuple[float, float]


def move_finger(page: Any, start: Point, end: Point, *, steps: int = 10) -> None:
    """Move a finger across the screen, and lift it; points are in pixels of the window."""
    (x, y), (to_x, to_y) = start, end
    parts = [number / steps for number in range(steps + 1)]
    move_fingers(page, *[[(x + (to_x - x) * part, y + (to_y - y) * part)] for part in parts])


def move_fingers(page: Any, *moments: list[Point]) -> None:
    """Put fingers on the screen, move and lift them; each moment says where all of them are."""
    session = page.context.new_cdp_session(page)
    for number, points in enumerate([*moments, []]):
        kind = "touchMove" if number else "touchStart"
        touches = [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(points)]
        message = {"type": kind if points else "touchEnd", "touchPoints": touches}
        session.send("Input.dispatchTouchEvent", message)
    session.detach()
