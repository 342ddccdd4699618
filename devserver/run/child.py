"""A process of a run, with its output read line by line and its process group ended with it."""

import os
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import cast

from devserver.embedded.parent_death import signal_when_parent_dies

from .stopping import RunError, Signals

LONGEST_LINE = 16 * 1024  # Bytes.
LINES_OF_A_FAILURE = 25


class Child:
    """A command in a session of its own, out of reach of the terminal's Ctrl-C."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        cwd: Path,
        environment: Mapping[str, str] | None = None,
        keep: Sequence[int] = (),
    ):
        """`keep` are the open file descriptors that the command inherits."""
        self.name = name
        self.command = command
        self.cwd = cwd
        self.environment = environment
        self.keep = keep
        self.process: subprocess.Popen | None = None
        self.started = 0.0

    def start(self, on_line: Callable[[str], None]) -> None:
        """Start the command. `on_line` is called in a thread with each line that it writes.

        Call it from the main thread: when the calling thread ends, so does the command.
        """
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            cwd=self.cwd,
            env={**(self.environment or os.environ), "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=self.keep,
            preexec_fn=signal_when_parent_dies(signal.SIGTERM),
        )
        arguments = (self.process.stdout, on_line)
        self._reader = threading.Thread(target=_read_lines, args=arguments, daemon=True)
        self._reader.start()

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        """Signal the first process of the group, which ends the others itself."""
        if self.process is not None and self.is_alive():
            self.process.terminate()

    def kill_group(self) -> None:
        """Kill what is left of the process group, and wait until its output has been read."""
        if self.process is None:
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(5)
        self._reader.join(5)
        self.process = None


def run_step(
    command: Sequence[str],
    *,
    cwd: Path,
    signals: Signals,
    on_line: Callable[[str], None],
    title: str,
) -> None:
    """Run a command to its end. Raises RunError with its last lines if it fails, and Stopped."""
    lines: deque[str] = deque(maxlen=LINES_OF_A_FAILURE)

    def keep_line(line):
        lines.append(line)
        on_line(line)

    child = Child(title, command, cwd=cwd)
    child.start(keep_line)
    process = cast(subprocess.Popen, child.process)
    try:
        while child.is_alive():
            signals.check()
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.2)
    finally:
        child.kill_group()
    if process.returncode:
        raise RunError("\n".join([f"{title} failed (status {process.returncode}).", *lines]))


def _read_lines(stream, on_line):
    with stream:
        while line := stream.readline(LONGEST_LINE):
            on_line(line.decode(errors="replace").rstrip("\r\n"))
