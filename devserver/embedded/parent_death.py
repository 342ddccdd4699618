"""Having a child told when its parent dies, so that a `kill -9` leaves nothing behind."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def signal_when_parent_dies(signum=signal.SIGTERM):
    """Return what to give Popen as `preexec_fn`, or None where the kernel cannot do this.

    The kernel watches the thread that starts the child, so start it from the main thread.
    """
    prctl = _prctl()  # Looked up now: after the fork it is too late for that.
    if not prctl:
        return None
    parent = os.getpid()

    def in_the_child():
        prctl(PR_SET_PDEATHSIG, int(signum), 0, 0, 0)
        if os.getppid() != parent:
            # The parent died before the call above, and nobody would ever tell us.
            os.kill(os.getpid(), signal.SIGKILL)

    return in_the_child


def signal_this_when_parent_dies(signum=signal.SIGTERM):
    """Have this process itself signalled when its parent dies, where the kernel can do this."""
    if prctl := _prctl():
        prctl(PR_SET_PDEATHSIG, int(signum), 0, 0, 0)


def _prctl():
    return ctypes.CDLL(None).prctl if sys.platform.startswith("linux") else None
