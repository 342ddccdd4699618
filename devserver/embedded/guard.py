"""A process that starts one embedded server, restarts it if it dies, and stops it at the end.

It has a session of its own, so Ctrl-C does not stop the server before its clients have finished.
While it runs it holds the engine's lock file, in which it writes its state: "starting …", "ready"
or "error …". It stops the server once no process holds a shared lock on the users file; the kernel
releases those locks however a process ends, `kill -9` included. If the guard itself is killed, the
kernel stops the server (Linux), or the next guard does.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType

from .engines import ENGINES
from .home import EmbeddedError, Home, open_lock_file, try_lock
from .parent_death import signal_when_parent_dies

BEAT = 0.25  # Seconds between checks.
LONGEST_PAUSE = 10  # Seconds before a server that keeps dying is started again.
LARGEST_LOG = 10 * 1024 * 1024  # Bytes.


def main() -> None:
    name, folder, sockets, kind = sys.argv[1:]
    guard = Guard(Home(Path(folder), sockets=Path(sockets), durable=kind == "durable"), name)
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, guard.ask_to_stop)
    sys.exit(guard.run())


class Guard:
    def __init__(self, home: Home, name: str):
        self.home = home
        self.engine = ENGINES[name](home)
        self._lock = open_lock_file(home.lock(name))
        self._users = open_lock_file(home.users(name))
        self._process: subprocess.Popen | None = None
        self._stop_asked = False

    def ask_to_stop(self, _signum: int, _frame: FrameType | None) -> None:
        self._stop_asked = True

    def run(self) -> int:
        """Guard the server from start to stop. Returns the exit status."""
        if not self._take_lock():
            return 0  # Another guard has the server.
        error = None
        try:
            self._start()
            self._report("ready")
            self._watch()
        except EmbeddedError as caught:
            error = f"error {caught}"
        finally:
            self._report("")
            self._stop_server()
            self._report(error or "")
        if not self.home.durable:
            self._remove_data(folder_too=error is None)
        os.close(self._lock)
        if self.home.durable:
            self._remove_socket_folder()
        return 1 if error else 0

    def _take_lock(self):
        for _attempt in range(4):
            if try_lock(self._lock):
                return True
            time.sleep(0.02)  # A client that reads the state holds it for an instant.
        return False

    def _report(self, text):
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, text.replace("\n", " ").encode(), 0)

    def _is_over(self):
        # The exclusive lock stays ours until this process ends: newcomers wait for that.
        return self._stop_asked or try_lock(self._users)

    def _start(self):
        self.home.make_folders()  # Again: another guard may just have removed them.
        self.engine.prepare(lambda text: self._report(f"starting {text}"))
        self._launch()
        while not self.engine.is_ready(self._process.pid):
            if self._process.poll() is not None:
                log = self.home.log(self.engine.name)
                raise EmbeddedError(f"{self.engine.title} did not start: {_last_line(log)} ({log})")
            if self._is_over():
                raise EmbeddedError("Stopped while starting.")
            time.sleep(0.01)

    def _launch(self):
        log = self.home.log(self.engine.name)
        if log.exists() and log.stat().st_size > LARGEST_LOG:
            log.replace(log.with_suffix(".log.1"))
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                self.engine.command(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=signal_when_parent_dies(self.engine.stop_signal),
            )

    def _watch(self):
        pause = BEAT
        while not self._is_over():
            time.sleep(BEAT)
            if self._process.poll() is None:
                continue
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
            if not self._stop_asked:
                with suppress(EmbeddedError):
                    self.engine.prepare(lambda _text: None)
                    self._launch()

    def _stop_server(self):
        for signum, patience in self.engine.stop_steps() if self._process else []:
            if self._process.poll() is None:
                self._process.send_signal(signum)
                with suppress(subprocess.TimeoutExpired):
                    self._process.wait(patience)

    def _remove_data(self, *, folder_too):
        shutil.rmtree(self.home.data(self.engine.name), ignore_errors=True)
        if folder_too and not any(self.home.data(name).exists() for name in ENGINES):
            shutil.rmtree(self.home.folder, ignore_errors=True)
            shutil.rmtree(self.home.sockets, ignore_errors=True)

    def _remove_socket_folder(self):
        """Remove the empty socket folder, unless another guard runs or is about to start."""
        for _attempt in range(3):
            locks = [open_lock_file(self.home.lock(name)) for name in sorted(ENGINES)]
            try:
                if all(map(try_lock, locks)):
                    with suppress(OSError):  # Not empty: the contents are not ours.
                        self.home.sockets.rmdir()
                    return
            finally:
                for lock in locks:
                    os.close(lock)
            time.sleep(0.05)  # The other guard may be here for the same reason.


def _last_line(path):
    lines = path.read_text(errors="replace").strip().splitlines() if path.exists() else []
    return lines[-1] if lines else "it wrote nothing"


if __name__ == "__main__":
    main()
