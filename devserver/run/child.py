"""One process of a run, with its output read and its whole family ended with it."""

import os
import signal
import subprocess
import time
from contextlib import suppress

from devserver.embedded.parent_death import signal_when_parent_dies

LONGEST_LINE = 16 * 1024


class Child:
    """A command in a process group of its own, out of reach of the terminal's Ctrl-C."""

    def __init__(self, name, command, *, cwd, environment=None, keep=()):
        """`keep` are the open file descriptors that the command is to have as well."""
        self.name = name
        self.command = command
        self.cwd = cwd
        self.environment = environment
        self.keep = keep
        self.process = None
        self.started = 0
        self._unread = b""

    def start(self):
        self._unread = b""
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
        os.set_blocking(self.process.stdout.fileno(), False)

    def fileno(self):
        return self.process.stdout.fileno()

    def read_lines(self):
        """Return (whole lines that have come, whether more can come). Does not wait."""
        try:
            piece = os.read(self.fileno(), 65536)
        except BlockingIOError:
            return [], True
        *lines, self._unread = (self._unread + piece).split(b"\n")
        if (not piece or len(self._unread) > LONGEST_LINE) and self._unread:
            lines.append(self._unread)
            self._unread = b""
        return [line.decode(errors="replace").rstrip("\r") for line in lines], bool(piece)

    def is_alive(self):
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self, signum=signal.SIGTERM):
        """Signal the first process of the family, which ends the rest in its own way."""
        if self.is_alive():
            with suppress(ProcessLookupError):
                self.process.send_signal(signum)

    def kill_family(self):
        """End whoever is left of the process group, the first process included, and wait for it."""
        if self.process is None:
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(5)
        self.process.stdout.close()
        self.process = None
