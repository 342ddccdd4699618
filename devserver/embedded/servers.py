"""Starting the guards, waiting until their servers are ready, and letting go of them."""

import fcntl
import os
import select
import subprocess
import sys
import time
from contextlib import suppress

from .errors import EmbeddedError
from .home import CHECKOUT

PATIENCE = 120  # Seconds until a server must be ready. The first start writes 40 MB of files.
STOP_PATIENCE = 30


class Servers:
    """The servers of one home, as used by this process."""

    def __init__(self, home, engines):
        self.home = home
        self._handles = [_Handle(home, engine) for engine in engines]

    @property
    def database_url(self):
        return self.home.database_url

    @property
    def redis_url(self):
        return self.home.redis_url

    def launch(self):
        """Begin to start what does not run yet, without waiting for it."""
        if self._handles:
            self.home.make_folders()
        for handle in self._handles:
            handle.launch()

    def wait(self, say=None):
        """Return once every server answers. Raises EmbeddedError, with nothing left behind."""
        try:
            for handle in self._handles:
                handle.wait(say or _say_nothing)
        except BaseException:
            self.stop()
            raise

    def stop(self):
        """Let go of the servers. Those that this process started stop, unless others use them.

        Returns the names of the engines that were left running for others.
        """
        for handle in self._handles:
            handle.let_go()
        return [handle.engine for handle in self._handles if handle.wait_gone() == "kept"]


class _Handle:
    """This process's hold on one server."""

    def __init__(self, home, engine):
        self.home = home
        self.engine = engine
        self._users = None
        self._guard = None
        self._ready = False
        self._unread = b""

    def launch(self):
        self._share()
        if self._guard is None and not self._is_guarded():
            self._spawn()

    def wait(self, say):
        deadline = time.monotonic() + PATIENCE
        while not self._ready:
            if time.monotonic() > deadline:
                raise EmbeddedError(
                    f"{self.engine} did not start. See {self.home.log(self.engine)}."
                )
            if self._guard:
                self._follow_guard(say, deadline)
            elif not self._is_guarded():
                self._spawn()
            elif self._guard_says_ready():
                self._ready = True
            else:
                time.sleep(0.02)

    def let_go(self):
        self._ready = False
        if self._users is not None:
            os.close(self._users)
            self._users = None
        if self._guard:
            with suppress(OSError):
                self._guard.stdin.close()

    def wait_gone(self):
        """Wait until the guard has stopped its server, or says that it is "kept" for others."""
        if not self._guard:
            return None
        deadline = time.monotonic() + STOP_PATIENCE
        for word, _text in self._reports(deadline):
            if word == "kept":
                self._forget_guard()
                return word
        try:
            self._guard.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._guard.kill()
            self._guard.wait()
        self._forget_guard()
        return "stopped"

    def _share(self):
        # Held for as long as this process uses the server. A guard that is about to stop its
        # server holds the same file exclusively: then we wait, and start the server anew.
        if self._users is not None:
            return
        users = os.open(self.home.users(self.engine), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        deadline = time.monotonic() + STOP_PATIENCE
        while not _lock(users, fcntl.LOCK_SH):
            if time.monotonic() > deadline:
                os.close(users)
                raise EmbeddedError(f"{self.engine} has been stopping for {STOP_PATIENCE} seconds.")
            time.sleep(0.02)
        self._users = users

    def _is_guarded(self):
        lock = os.open(self.home.lock(self.engine), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            return not _lock(lock, fcntl.LOCK_SH)
        finally:
            os.close(lock)

    def _guard_says_ready(self):
        return self.home.lock(self.engine).read_text().strip() == "ready" and self._is_guarded()

    def _spawn(self):
        command = [sys.executable, "-m", "devserver.embedded.guard", self.engine]
        command += [str(self.home.folder), str(self.home.sockets)]
        command += ["durable" if self.home.durable else "throw-away"]
        with self.home.log(self.engine).open("ab") as log:
            self._guard = subprocess.Popen(
                command,
                cwd=CHECKOUT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        self._unread = b""

    def _follow_guard(self, say, deadline):
        for word, text in self._reports(deadline):
            if word == "say":
                say(text)
            elif word == "ready":
                self._ready = True
                return
            elif word == "taken":
                # Somebody else's guard was quicker; ours has left. Wait for theirs.
                self._guard.wait()
                self._forget_guard()
                return
            elif word == "error":
                raise EmbeddedError(text)
        raise self._failure()

    def _failure(self):
        log = self.home.log(self.engine)
        return EmbeddedError(f"{self.engine} did not start within {PATIENCE} seconds. See {log}.")

    def _forget_guard(self):
        self._guard.stdin.close()
        self._guard.stdout.close()
        # A guard that goes on for others is no longer our child to wait for.
        self._guard.returncode = self._guard.poll() or 0
        self._guard = None

    def _reports(self, deadline):
        """Yield (word, text) for each line from the guard, until it ends or time is up."""
        pipe = self._guard.stdout.fileno()
        while (left := deadline - time.monotonic()) > 0:
            while b"\n" in self._unread:
                line, _, self._unread = self._unread.partition(b"\n")
                word, _, text = line.decode(errors="replace").partition(" ")
                yield word, text
            if select.select([pipe], [], [], left)[0]:
                piece = os.read(pipe, 4096)
                if not piece:
                    return
                self._unread += piece


def _lock(descriptor, kind):
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _say_nothing(_text):
    pass
