"""The folders, sockets and locks of embedded servers."""

import fcntl
import hashlib
import os
import secrets
import shutil
import stat
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

CHECKOUT = Path(__file__).resolve().parents[2]
DATABASE = "concert"
TEST_PREFIX = "concert-test"
SOCKET_PATH_LIMIT = 103  # Bytes: macOS allows 104 with the closing zero, Linux 108.
ABANDONED_AFTER = 3600  # Seconds. A younger folder may belong to a server that is about to start.


class EmbeddedError(Exception):
    """A server cannot be started. The message says why, and what to do about it."""


class Home:
    """The folders of at most one server of each engine.

    With `durable`, data survives a crash. Otherwise the servers are faster, and their guards
    delete the folders when they stop.
    """

    def __init__(self, folder: Path, *, sockets: Path | None = None, durable: bool = True):
        self.folder = Path(folder).absolute()
        self.sockets = Path(sockets or _socket_folder(self.folder))
        self.durable = durable

    @classmethod
    def of_checkout(cls) -> "Home":
        """Return the home in this checkout's `var/`."""
        return cls(CHECKOUT / "var")

    @classmethod
    def throw_away(cls) -> "Home":
        """Return a new temporary home, and delete old ones whose guards were killed."""
        for folder in {Path(tempfile.gettempdir()), _temporary()}:
            remove_abandoned(folder)
        name = f"{TEST_PREFIX}-{secrets.token_hex(6)}"
        return cls(Path(tempfile.gettempdir()) / name, sockets=_temporary() / name, durable=False)

    @property
    def database_url(self) -> str:
        return f"postgres://{DATABASE}@{quote(str(self.sockets), safe='')}/{DATABASE}"

    @property
    def redis_url(self) -> str:
        return f"unix://{self.redis_socket}"

    @property
    def redis_socket(self) -> Path:
        return self.sockets / "redis.sock"

    def data(self, engine: str) -> Path:
        return self.folder / engine

    def log(self, engine: str) -> Path:
        return self.folder / "log" / f"{engine}.log"

    def lock(self, engine: str) -> Path:
        """Return the file that the guard of a running server holds locked; it has its state."""
        return self.folder / "run" / f"{engine}.lock"

    def users(self, engine: str) -> Path:
        """Return the file on which every process that uses the server holds a shared lock."""
        return self.folder / "run" / f"{engine}.users"

    def make_folders(self) -> None:
        """Create the folders. Raises EmbeddedError."""
        try:
            for folder in (self.folder, self.folder / "log", self.folder / "run"):
                folder.mkdir(mode=0o755 if self.durable else 0o700, parents=True, exist_ok=True)
            self.sockets.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise EmbeddedError(f"Cannot create {error.filename}: {error.strerror}.") from error
        self._check_sockets()

    def _check_sockets(self):
        """Refuse a socket folder in which another user could have put a server of their own."""
        found = self.sockets.lstat()
        trusted = {os.geteuid(), self.folder.stat().st_uid}
        with suppress(OSError):
            trusted.add(self.data("postgres").stat().st_uid)
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in trusted:
            raise EmbeddedError(f"{self.sockets} belongs to another user. Remove it first.")
        if found.st_mode & 0o077:
            raise EmbeddedError(f"{self.sockets} is open to others. Remove it first.")
        longest = self.sockets / ".s.PGSQL.5432.lock"
        if len(os.fsencode(longest)) > SOCKET_PATH_LIMIT:
            raise EmbeddedError(f"{longest} is too long for a socket's path.")


def open_lock_file(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def try_lock(descriptor: int, kind: int = fcntl.LOCK_EX) -> bool:
    """Lock the open file, without waiting; return whether that was possible."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def remove_abandoned(parent: Path, *, now: float | None = None) -> None:
    """Delete this user's old temporary homes in `parent` that have no running guard."""
    for folder in parent.glob(f"{TEST_PREFIX}-*"):
        with suppress(OSError):
            found = folder.lstat()
            age = (now or time.time()) - found.st_mtime
            if found.st_uid == os.geteuid() and age > ABANDONED_AFTER and not _is_guarded(folder):
                shutil.rmtree(folder, ignore_errors=True)


def _is_guarded(folder):
    for path in folder.glob("run/*.lock"):
        lock = open_lock_file(path)
        try:
            if not try_lock(lock):
                return True
        finally:
            os.close(lock)
    return False


def _socket_folder(folder):
    # Derived from the data folder, so that every process finds it, whatever its TMPDIR is.
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    return _temporary() / f"concert-{digest}"


def _temporary():
    return Path("/tmp" if os.access("/tmp", os.W_OK) else tempfile.gettempdir())  # noqa: S108
