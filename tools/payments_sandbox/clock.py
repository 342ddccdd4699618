"""The sandbox's clock: the system's, plus what it was advanced by."""

import time


class Clock:
    """Tell the sandbox's time in seconds since 1970. It only ever moves forward."""

    def __init__(self) -> None:
        self._advanced = 0.0

    def now(self) -> float:
        return time.time() + self._advanced

    def timestamp(self) -> int:
        return int(self.now())

    def advance_to(self, when: float) -> None:
        """Advance to a time, unless it has passed."""
        self._advanced += max(0, when - self.now())
