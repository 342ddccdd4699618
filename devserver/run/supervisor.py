"""Keep a run's processes alive, show their output, and end them together."""

import http.client
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from .child import Child
from .console import Console
from .stopping import RunError, Signals

BEAT = 0.25  # Seconds between checks.
SHORTEST_PAUSE = 1
LONGEST_PAUSE = 30
SETTLED = 60  # Seconds after which a process counts as having started well.
MOST_FAILURES = 5  # Failed starts in a row.
GRACE = 15  # Seconds in which to finish requests and tasks, when asked to stop.


@dataclass
class _Supervised:
    child: Child
    failures: int = 0
    start_at: float = 0


class Supervisor:
    """Starts processes, and restarts those that die.

    The pause before a restart doubles each time. A process that fails five times in a row ends
    the run, with its name.
    """

    def __init__(self, children: Iterable[Child], *, console: Console, signals: Signals):
        self.console = console
        self.signals = signals
        self._all = [_Supervised(child) for child in children]

    def run(self, *, is_up: Callable[[], bool], on_up: Callable[[], None]) -> None:
        """Keep the processes running until Stopped or RunError, or until nobody reads the console.

        Calls `on_up` once, when `is_up()` first holds.
        """
        was_up = False
        while not self.console.lost:
            self.signals.check()
            for supervised in self._all:
                self._keep(supervised)
            time.sleep(BEAT)
            if not was_up and is_up():
                was_up = True
                on_up()

    def stop(self) -> None:
        """End all processes; after `GRACE`, or at another signal, by force."""
        children = [supervised.child for supervised in self._all]
        for child in children:
            child.ask_to_stop()
        deadline = time.monotonic() + GRACE
        count = self.signals.count
        while any(child.is_alive() for child in children):
            if time.monotonic() > deadline or self.signals.count > count:
                break
            time.sleep(0.05)
        for child in children:
            child.kill_group()

    def _keep(self, supervised):
        child, now = supervised.child, time.monotonic()
        if child.process is None:
            if now >= supervised.start_at:
                child.start(partial(self.console.log, child.name))
            return
        if child.is_alive():
            return
        status = child.process.returncode
        child.kill_group()
        supervised.failures = 1 if now - child.started > SETTLED else supervised.failures + 1
        if supervised.failures >= MOST_FAILURES:
            raise RunError(f"{child.name} ended {MOST_FAILURES} times in a row (status {status}).")
        pause = min(SHORTEST_PAUSE * 2 ** (supervised.failures - 1), LONGEST_PAUSE)
        supervised.start_at = now + pause
        self.console.say(f"{child.name} ended (status {status}). Starting it again in {pause} s.")


def answers(address: str, port: int) -> bool:
    """Return whether a web server answers there, whatever it answers."""
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
