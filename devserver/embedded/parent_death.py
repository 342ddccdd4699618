"""Signal a process when its parent dies, so that `kill -9` leaves nothing running (Linux)."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1


def signal_when_parent_dies(signum: int = signal.SIGTERM) -> Callable[[], None] | None:
    """Return a `preexec_fn` for Popen, or None where the kernel cannot do this.

    The kernel watches the thread that starts the child, so start it from the main thread.
    """
    prctl = _prctl()  # Looked up before the fork.
    if not prctl:
        return None
    parent = os.getpid()

    def in_the_child():
        prctl(PR_SET_PDEATHSIG, int(signum), 0, 0, 0)
        if os.getppid() != parent:  # It died before the call above, which then has no effect.
            os.kill(os.getpid(), signal.SIGKILL)

    return in_the_child


def signal_this_when_parent_dies(signum: int = signal.SIGTERM) -> None:
    """Have this process itself signalled when its parent dies, where the kernel can do this."""
    if prctl := _prctl():
        prctl(PR_SET_PDEATHSIG, int(signum), 0, 0, 0)


def _prctl():
    return ctypes.CDLL(None).prctl if sys.platform.startswith("linux") else None
