"""A small process that starts one embedded server, watches it, and stops it in the end.

It runs apart from the terminal, so Ctrl-C does not reach the server before its clients have
finished. The process that started it holds the other end of its standard input. When that
closes, by intent or because the process died, the guard waits until nobody else uses the server
and stops it. If the guard itself is killed, the kernel stops the server (Linux), or the next
guard does.

It reports on standard output, one line each: `say ...` while it works, then `ready`, `taken`
(another guard has the server) or `error ...`; and `kept` when others still use the server.
"""

import fcntl
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from .errors import EmbeddedError
from .home import Home
from .parent_death import signal_when_parent_dies
from .postgres import Postgres
from .redis import Redis

ENGINES = {"postgres": Postgres, "redis": Redis}
BEAT = 0.25  # Seconds between looks at the server's process.
LARGEST_LOG = 10 * 1024 * 1024


def main():
    name, folder, sockets, kind = sys.argv[1:]
    home = Home(Path(folder), sockets=sockets, durable=kind == "durable")
    guard = Guard(home, name)
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, guard.ask_to_stop)
    sys.exit(guard.run())


class Guard:
    def __init__(self, home, name):
        self.home = home
        self.engine = ENGINES[name](home)
        self._process = None
        self._stop_asked = False

    def ask_to_stop(self, *_signal):
        self._stop_asked = True

    def run(self):
        """Guard the server from start to stop. Returns the exit status."""
        lock = _open(self.home.lock(self.engine.name))
        if not _try_lock(lock):
            report("taken")
            return 0
        os.ftruncate(lock, 0)
        try:
            self._start()
            os.pwrite(lock, b"ready\n", 0)
            report("ready")
            self._watch()
        except EmbeddedError as error:
            report(f"error {error}")
            return 1
        finally:
            os.ftruncate(lock, 0)
            self._stop_server()
            if self.home.durable:
                os.close(lock)
                self._remove_socket_folder()
            else:
                self._remove_everything()
        return 0

    def _start(self):
        self.home.make_folders()  # Once more: another guard may have tidied them away.
        self.engine.prepare(lambda text: report(f"say {text}"))
        self._launch()
        while not self.engine.is_ready(self._process.pid):
            if self._process.poll() is not None:
                log = self.home.log(self.engine.name)
                raise EmbeddedError(f"{self.engine.title} did not start: {_last_line(log)} ({log})")
            if self._owner_is_gone(wait=0.01):
                raise EmbeddedError("Stopped while starting.")

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
        """Return when nobody needs the server any more. Start it again if it dies before."""
        pause = BEAT
        while not self._owner_is_gone(wait=BEAT):
            pause = self._revive(pause)
        users = _open(self.home.users(self.engine.name))
        kept = False
        while not _try_lock(users):
            if not kept:
                kept = True
                report("kept")
            if self._stop_asked:
                return
            pause = self._revive(pause)
            time.sleep(BEAT)
        # The exclusive lock stays ours until this process ends: newcomers wait for that.

    def _revive(self, pause):
        if self._process.poll() is None:
            return pause
        time.sleep(pause)
        if self._stop_asked:
            return pause
        with suppress(EmbeddedError):
            self.engine.prepare(_say_nothing)
            self._launch()
        return min(pause * 2, 10)

    def _owner_is_gone(self, wait):
        if self._stop_asked:
            return True
        with suppress(InterruptedError):
            if select.select([sys.stdin], [], [], wait)[0]:
                return not os.read(sys.stdin.fileno(), 64)
        return self._stop_asked

    def _stop_server(self):
        if self._process is None:
            return
        for signum, patience in self.engine.stop_steps():
            if self._process.poll() is not None:
                return
            with suppress(ProcessLookupError):
                self._process.send_signal(signum)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(patience)

    def _remove_everything(self):
        shutil.rmtree(self.home.data(self.engine.name), ignore_errors=True)
        others = [name for name in ENGINES if self.home.data(name).exists()]
        if not others:
            shutil.rmtree(self.home.folder, ignore_errors=True)
            shutil.rmtree(self.home.sockets, ignore_errors=True)

    def _remove_socket_folder(self):
        """Leave nothing in the temporary folder, unless another guard is there or about to come."""
        for _attempt in range(3):
            locks = [_open(self.home.lock(name)) for name in sorted(ENGINES)]
            try:
                if all(map(_try_lock, locks)):
                    with suppress(OSError):  # Not empty: what is in it is not ours.
                        self.home.sockets.rmdir()
                    return
            finally:
                for lock in locks:
                    os.close(lock)
            time.sleep(0.05)  # The other may be here for the same reason.


def report(line):
    """Tell the owner. It may be gone, or no longer listen."""
    with suppress(OSError):
        os.write(sys.stdout.fileno(), line.replace("\n", " ").encode() + b"\n")


def _open(path):
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _try_lock(descriptor):
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _last_line(path):
    lines = path.read_text(errors="replace").strip().splitlines() if path.exists() else []
    return lines[-1] if lines else "it said nothing"


def _say_nothing(_text):
    pass


if __name__ == "__main__":
    main()
