"""The client's side of the guards: start them, wait until their servers are ready, release them."""

import fcntl
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable

from .home import CHECKOUT, EmbeddedError, Home, open_lock_file, try_lock

PATIENCE = 120  # Seconds until a server must be ready. The first start writes 40 MB of files.
STOP_PATIENCE = 30
BEAT = 0.02


class Servers:
    """The servers of one home, as used by this process."""

    def __init__(self, home: Home, engines: Iterable[str]):
        self.home = home
        self.engines = list(engines)
        self._users: dict[str, int] = {}
        self._guards: dict[str, subprocess.Popen] = {}

    def launch(self) -> None:
        """Begin to start the servers that do not run yet, without waiting for them."""
        if self.engines:
            self.home.make_folders()
        for engine in self.engines:
            self._share(engine)
            if not self._guard_state(engine)[0]:
                self._spawn_guard(engine)

    def wait(
        self,
        say: Callable[[str], None] = lambda text: None,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        """Return once every server answers. Raises EmbeddedError, with nothing left running.

        `say` is called with one line for each step that takes time; `check` is called again and
        again, and may raise to give up.
        """
        try:
            for engine in self.engines:
                self._wait_for(engine, say, check)
        except BaseException:
            self.stop()
            if not self.home.durable:
                shutil.rmtree(self.home.folder, ignore_errors=True)
                shutil.rmtree(self.home.sockets, ignore_errors=True)
            raise

    def stop(self) -> list[str]:
        """Release the servers. Those that this process started stop, unless others use them.

        Returns the names of the engines that were left running for others.
        """
        for users in self._users.values():
            os.close(users)
        self._users = {}
        guards, self._guards = self._guards, {}
        return [engine for engine, guard in guards.items() if not self._has_ended(engine, guard)]

    def _share(self, engine):
        # A guard that is about to stop its server holds the file exclusively: then we wait until
        # it has ended, and start the server again.
        if engine in self._users:
            return
        users = open_lock_file(self.home.users(engine))
        deadline = time.monotonic() + STOP_PATIENCE
        while not try_lock(users, fcntl.LOCK_SH):
            if time.monotonic() > deadline:
                os.close(users)
                raise EmbeddedError(f"{engine} has been stopping for {STOP_PATIENCE} seconds.")
            time.sleep(BEAT)
        self._users[engine] = users

    def _spawn_guard(self, engine):
        command = [sys.executable, "-m", "devserver.embedded.guard", engine]
        command += [str(self.home.folder), str(self.home.sockets)]
        command += ["durable" if self.home.durable else "throw-away"]
        with self.home.log(engine).open("ab") as log:
            self._guards[engine] = subprocess.Popen(
                command,
                cwd=CHECKOUT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _guard_state(self, engine):
        """Return (whether a guard runs, its state, text). The state of one that ended is erased."""
        lock = open_lock_file(self.home.lock(engine))
        try:
            has_ended = try_lock(lock, fcntl.LOCK_SH)
            state, _space, text = os.pread(lock, 4096, 0).decode().partition(" ")
            if has_ended:
                os.ftruncate(lock, 0)
            return not has_ended, state, text
        finally:
            os.close(lock)

    def _wait_for(self, engine, say, check):
        deadline = time.monotonic() + PATIENCE
        reported = ""
        while True:
            check()
            is_guarded, state, text = self._guard_state(engine)
            if is_guarded and state == "ready":
                return
            if is_guarded and state == "starting" and text != reported:
                say(text)
                reported = text
            if not is_guarded:
                self._check_guard(engine, state, text)
            if time.monotonic() > deadline:
                raise self._failure(engine)
            time.sleep(BEAT)

    def _check_guard(self, engine, state, text):
        if state == "error":
            raise EmbeddedError(text)
        status = self._guards[engine].poll() if engine in self._guards else 0
        if status == 0:  # Another process's guard was faster, and has ended since.
            self._spawn_guard(engine)
        elif status is not None:
            raise self._failure(engine)

    def _failure(self, engine):
        return EmbeddedError(f"{engine} did not start. See {self.home.log(engine)}.")

    def _has_ended(self, engine, guard):
        deadline = time.monotonic() + STOP_PATIENCE
        while guard.poll() is None:
            if self._is_used(engine):
                guard.returncode = 0  # No longer ours to wait for.
                return False
            if time.monotonic() > deadline:
                guard.kill()
                guard.wait()
            time.sleep(BEAT)
        return True

    def _is_used(self, engine):
        try:
            users = os.open(self.home.users(engine), os.O_RDWR | os.O_CLOEXEC)
        except OSError:
            return False  # Removed by the guard of a temporary home.
        try:
            # Nobody else locks it exclusively but a guard that is stopping its server.
            return not try_lock(users) and try_lock(users, fcntl.LOCK_SH)
        finally:
            os.close(users)
