"""Turning signals into one orderly end."""

import signal
from contextlib import contextmanager

from .errors import Stopped

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Signals:
    """Raises Stopped at the first signal to end, once nothing is held. Later ones are counted."""

    def __init__(self):
        self.count = 0
        self._first = None
        self._held = 0

    def watch(self):
        """Begin to listen. A hang-up that was ignored before, as under `nohup`, stays ignored."""
        for signum in ENDING:
            if signum != signal.SIGHUP or signal.getsignal(signum) != signal.SIG_IGN:
                signal.signal(signum, self._receive)

    @contextmanager
    def held(self):
        """Put Stopped off to the end of the block, so that no child is started and then lost."""
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1
        self._raise_once()

    def hold(self):
        """Raise nothing any more: the end has begun."""
        self._held += 1

    def _receive(self, signum, _frame):
        self.count += 1
        self._first = self._first or signum
        self._raise_once()

    def _raise_once(self):
        if self.count and not self._held:
            self._held += 1
            raise Stopped(self._first)
