"""Messages for the person at the terminal, line by line, with seconds."""

import os
import sys
import threading
import time
from typing import TextIO

COLOURS = {"bold": "1", "dim": "2", "web": "36", "worker": "32", "beat": "35", "error": "31"}
HEARTBEAT = 5  # Seconds between lines about a step that goes on, where lines cannot be redrawn.


class Console:
    """Writes to standard output. If that is closed, `lost` becomes true and it falls silent."""

    def __init__(self, stream: TextIO | None = None, started: float | None = None):
        self.stream = stream or sys.stdout
        self.started = started or time.time()
        self.lost = False
        self.redraws = self.stream.isatty() and os.environ.get("TERM") != "dumb"
        self.colours = self.redraws and not os.environ.get("NO_COLOR")
        self._lock = threading.Lock()  # Each child's output is read in a thread of its own.
        self._drawn = False
        self._last_progress = 0.0

    def say(self, text: str) -> None:
        """Write one line about the run itself."""
        self._write(f"{self._clock()} {text}\n")
        self._last_progress = time.monotonic()

    def progress(self, text: str) -> None:
        """Write how far the current step is. On a terminal it replaces the previous one."""
        if self.redraws:
            self._write(f"{self._clock()} {self.painted('dim', text[:90])}", drawn=True)
        elif time.monotonic() - self._last_progress > HEARTBEAT:
            self.say(text)

    def log(self, name: str, text: str) -> None:
        """Write one line of a child's output, after its name."""
        self._write(f"{self.painted(name, f'{name:>6} |')} {text}\n")

    def plain(self, text: str = "") -> None:
        self._write(f"{text}\n")

    def painted(self, colour: str, text: str) -> str:
        code = COLOURS.get(colour)
        return f"\033[{code}m{text}\033[0m" if self.colours and code else text

    def _clock(self):
        return self.painted("dim", f"[{time.time() - self.started:6.1f} s]")

    def _write(self, text, drawn=False):
        with self._lock:
            if self.lost:
                return
            before = "\r\033[K" if self._drawn or drawn else ""
            self._drawn = drawn
            try:
                self.stream.write(before + text)
                self.stream.flush()
            except (OSError, ValueError):
                # The terminal or the pipe's reader is gone.
                self.lost = True
