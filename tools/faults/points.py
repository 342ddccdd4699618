"""Stopping a worker at an exact step, so that it can be killed there and nowhere else.

Whoever wants a kill arms a point: a file that names the step and the request. The first worker that
comes to it takes the file, writes its process id beside it, and stands still. Then it is killed. So
no kill depends on timing, and the code that is tried contains none of this: the points are reached
from the database engine (`tools.faults.database`) and WSGI application (`tools.faults.wsgi`).
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
_passed = {"times": 0}  # How often this process has passed what is armed.


@contextmanager
def doing(what):
    """Say what this thread is doing, for example "POST /performances/1/hold/"."""
    _current.what = what
    try:
        yield
    finally:
        _current.what = ""


def reach(point):
    """Stand still for ever, if this point of what the thread is doing has been armed."""
    armed = _folder() / "armed"
    if not armed.exists():
        return
    with suppress(FileNotFoundError, ValueError):
        wanted = json.loads(armed.read_text())
        what = getattr(_current, "what", "")
        if wanted["point"] == point and re.search(wanted["doing"], what):
            _passed["times"] += 1
            if _passed["times"] > wanted["after"]:
                _stand_still(armed)


class Trap:
    """The other side: arms one point in a folder, waits for somebody to stand there, kills them."""

    def __init__(self, folder):
        self.armed = Path(folder) / "armed"
        self.parked = Path(folder) / "parked"

    def arm(self, point, doing="", after=0):
        """Stop whoever comes to `point` while doing this, once they have passed it `after` times.

        `doing` is a regular expression.
        """
        self.parked.unlink(missing_ok=True)
        draft = self.armed.with_suffix(".new")
        draft.write_text(json.dumps({"point": point, "doing": doing, "after": after}))
        draft.rename(self.armed)

    def spring(self, patience=60):
        """Kill whoever stands at the point with SIGKILL; return the process id."""
        pid = self.wait(patience)
        os.kill(pid, signal.SIGKILL)
        return pid

    def wait(self, patience=60):
        """Return the process id of whoever stands at the point, once somebody does."""
        until = time.monotonic() + patience
        while time.monotonic() < until:
            with suppress(FileNotFoundError, ValueError):
                return int(self.parked.read_text())
            time.sleep(0.01)
        self.armed.unlink(missing_ok=True)
        raise TimeoutError("Nobody came to the point where they were to be killed.")


def _stand_still(armed):
    # Whoever moves the file away has it to itself: of two workers, one goes on.
    mine = armed.with_suffix(f".{os.getpid()}.{threading.get_ident()}")
    armed.rename(mine)
    mine.write_text(str(os.getpid()))
    mine.rename(armed.with_name("parked"))
    while True:
        time.sleep(60)


def _folder():
    return Path(os.environ.get("FAULTS_FOLDER", "/nonexistent"))
