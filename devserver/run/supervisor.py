"""Keeping a run's processes alive, showing what they say, and ending them together."""

import http.client
import select
import time
from dataclasses import dataclass

from .child import Child
from .errors import RunError

BEAT = 0.25  # Seconds between looks at the processes.
SHORTEST_PAUSE = 1
LONGEST_PAUSE = 30
SETTLED = 60  # Seconds after which a process counts as having started well.
HOPELESS = 5  # Starts in a row that may fail.
GRACE = 15  # Seconds to finish requests and tasks in, when asked to stop.


@dataclass
class _Kept:
    """A process that is started again when it dies."""

    child: Child
    failures: int = 0
    start_at: float = 0


class Supervisor:
    """Starts processes and keeps them.

    One that dies is started again, after a pause that doubles each time: a box office must not
    stay shut because a worker ran out of memory at night. One that fails five times in a row
    will not get better by itself, so then the run ends, and says which it was.
    """

    def __init__(self, children, *, console, signals):
        self.console = console
        self.signals = signals
        self._kept = [_Kept(child) for child in children]

    def run(self, *, is_up, on_up):
        """Keep the processes until Stopped or RunError. Calls `on_up` once, when `is_up()` first
        holds."""
        told = False
        while not self.console.lost:
            now = time.monotonic()
            for kept in self._kept:
                self._keep(kept, now)
            self._show_logs(BEAT)
            if not told and is_up():
                told = True
                on_up()

    def stop(self):
        """End all processes. Those that do not end in time, or at a second Ctrl-C, are killed."""
        for kept in self._kept:
            kept.child.ask_to_stop()
        deadline = time.monotonic() + GRACE
        asked = self.signals.count
        while any(kept.child.is_alive() for kept in self._kept):
            if time.monotonic() > deadline or self.signals.count > asked:
                break
            self._show_logs(0.1)
        self._show_logs(0)
        for kept in self._kept:
            kept.child.kill_family()

    def _keep(self, kept, now):
        child = kept.child
        if child.process is None:
            if now >= kept.start_at:
                with self.signals.held():
                    child.start()
            return
        if child.is_alive():
            return
        status = child.process.returncode
        self._show_rest(child)
        child.kill_family()
        kept.failures = 1 if now - child.started > SETTLED else kept.failures + 1
        if kept.failures >= HOPELESS:
            raise RunError(f"{child.name} ended {HOPELESS} times in a row (status {status}).")
        pause = min(SHORTEST_PAUSE * 2 ** (kept.failures - 1), LONGEST_PAUSE)
        kept.start_at = now + pause
        self.console.say(f"{child.name} ended (status {status}). Starting it again in {pause} s.")

    def _show_logs(self, wait):
        readable = [kept.child for kept in self._kept if kept.child.process]
        if not readable:
            time.sleep(wait)
            return
        ended = False
        for child in select.select(readable, [], [], wait)[0]:
            lines, open_ended = child.read_lines()
            ended = ended or not open_ended
            for line in lines:
                self.console.log(child.name, line)
        if ended:
            # A closed pipe is always readable: without a pause this would spin until the
            # process itself is gone.
            time.sleep(min(wait, 0.05))

    def _show_rest(self, child):
        lines, more = child.read_lines()
        while lines:
            for line in lines:
                self.console.log(child.name, line)
            lines, more = child.read_lines() if more else ([], False)


def answers(address, port):
    """Tell whether a web server answers there, whatever it answers."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)  # noqa: S104
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True
