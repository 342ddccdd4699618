"""Stop a worker at an exact step, so that it can be killed there.

A breakpoint is armed by a file that names the step and the request. The first worker that reaches
it takes the file, writes its process id beside it and waits; then it is killed. So no kill depends
on timing. The application contains no code for this: breakpoints are reached from the database
engine (`tools.faults.database`) and the WSGI application (`tools.faults.wsgi`).
"""

import json
import os
import re
import signal
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path

BEFORE_COMMIT = "before the commit"
AFTER_COMMIT = "after the commit"
BEFORE_ANSWER = "before the answer"

_current = threading.local()
_passed = {"times": 0}  # How often this process has passed the armed breakpoint.


@contextmanager
def activity(what):
    """Set what this thread is doing, for example "POST /performances/1/hold/"."""
    _current.what = what
    try:
        yield
    finally:
        _current.what = ""


def reach(point):
    """Wait forever, if this point of the thread's activity has been armed."""
    armed = _folder() / "armed"
    if not armed.exists():
        return
    with suppress(FileNotFoundError, ValueError):
        wanted = json.loads(armed.read_text())
        what = getattr(_current, "what", "")
        if wanted["point"] == point and re.search(wanted["activity"], what):
            _passed["times"] += 1
            if _passed["times"] > wanted["after"]:
                _park(armed)


class Breakpoint:
    """Arm a breakpoint in a folder, wait until a worker reaches it, and kill it."""

    def __init__(self, folder):
        self.armed = Path(folder) / "armed"
        self.parked = Path(folder) / "parked"

    def arm(self, point, activity="", after=0):
        """Stop the worker that reaches `point` during `activity`, after passing it `after` times.

        `activity` is a regular expression.
        """
        self.parked.unlink(missing_ok=True)
        draft = self.armed.with_suffix(".new")
        draft.write_text(json.dumps({"point": point, "activity": activity, "after": after}))
        draft.rename(self.armed)

    def kill(self, timeout=60):
        """Kill the worker at the breakpoint with SIGKILL; return its process id."""
        pid = self.wait(timeout)
        os.kill(pid, signal.SIGKILL)
        return pid

    def wait(self, timeout=60):
        """Return the process id of the worker at the breakpoint, once one has reached it."""
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            with suppress(FileNotFoundError, ValueError):
                return int(self.parked.read_text())
            time.sleep(0.01)
        self.armed.unlink(missing_ok=True)
        raise TimeoutError("Nobody came to the point where they were to be killed.")


def _park(armed):
    # Renaming the file claims it: of two workers only one stops.
    mine = armed.with_suffix(f".{os.getpid()}.{threading.get_ident()}")
    armed.rename(mine)
    mine.write_text(str(os.getpid()))
    mine.rename(armed.with_name("parked"))
    while True:
        time.sleep(60)


def _folder():
    return Path(os.environ.get("FAULTS_FOLDER", "/nonexistent"))
