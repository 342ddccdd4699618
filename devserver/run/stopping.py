"""Why a run ends, and the signals that end it."""

import signal
from types import FrameType

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class RunError(Exception):
    """The run cannot go on. The message says why, for the person at the terminal."""


class Stopped(BaseException):
    """A signal asked the run to end. Not an Exception, so that no handler catches it."""


class Signals:
    """Counts the signals that ask this process to end. Nothing is interrupted by them."""

    def __init__(self) -> None:
        self.count = 0

    def watch(self) -> None:
        """Begin to listen. A hang-up that was ignored before, as under `nohup`, stays ignored."""
        for signum in ENDING:
            if signum != signal.SIGHUP or signal.getsignal(signum) != signal.SIG_IGN:
                signal.signal(signum, self.receive)

    def receive(self, _signum: int, _frame: FrameType | None) -> None:
        self.count += 1

    def check(self) -> None:
        """Raise Stopped if a signal has come."""
        if self.count:
            raise Stopped
