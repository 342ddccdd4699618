"""The sandbox's clock: the system's, less what it began behind it, plus what it advanced by."""

import time


class Clock:
    """Tell the sandbox's time in seconds since 1970. It only ever moves forward."""

    def __init__(self, behind: float = 0) -> None:
        self._advanced = -behind

    def now(self) -> float:
        return time.time() + self._advanced

    def timestamp(self) -> int:
        return int(self.now())

    def advance_to(self, when: float) -> None:
        """Advance to a time, unless it has passed."""
        self._advanced += max(0, when - self.now())
