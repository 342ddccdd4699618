"""Where embedded servers live: their data, their sockets, their locks and logs."""

import hashlib
import os
import secrets
import stat
import tempfile
from pathlib import Path
from urllib.parse import quote

from .abandoned import remove_abandoned
from .errors import EmbeddedError

CHECKOUT = Path(__file__).resolve().parents[2]
DATABASE = "concert"
THROW_AWAY = "concert-test"
SOCKET_PATH_LIMIT = 103  # Bytes: macOS allows 104 with the closing zero, Linux 108.


class Home:
    """One place with at most one server of each engine.

    `durable` servers keep what they were given through a crash. Throw-away ones are quick
    instead, and their folder goes away with them.
    """

    def __init__(self, folder, *, sockets=None, durable=True):
        self.folder = Path(folder).absolute()
        self.sockets = Path(sockets or _socket_folder(self.folder))
        self.durable = durable

    @classmethod
    def of_checkout(cls):
        """Return the home under this checkout's `var/`. The same for every process that asks."""
        return cls(CHECKOUT / "var")

    @classmethod
    def throw_away(cls):
        """Return a new home in the temporary folder, for servers that nobody will miss."""
        for folder in {Path(tempfile.gettempdir()), _temporary()}:
            remove_abandoned(folder, f"{THROW_AWAY}-*")
        name = f"{THROW_AWAY}-{secrets.token_hex(6)}"
        return cls(Path(tempfile.gettempdir()) / name, sockets=_temporary() / name, durable=False)

    @property
    def database_url(self):
        return f"postgres://{DATABASE}@{quote(str(self.sockets), safe='')}/{DATABASE}"

    @property
    def redis_url(self):
        return f"unix://{self.redis_socket}"

    @property
    def redis_socket(self):
        return self.sockets / "redis.sock"

    def data(self, engine):
        return self.folder / engine

    def log(self, engine):
        return self.folder / "log" / f"{engine}.log"

    def lock(self, engine):
        """Return the file that the guard of a running server holds locked."""
        return self.folder / "run" / f"{engine}.lock"

    def users(self, engine):
        """Return the file on which everybody who uses the server holds a shared lock."""
        return self.folder / "run" / f"{engine}.users"

    def make_folders(self):
        """Make the folders, the private ones private. Raises EmbeddedError."""
        try:
            for folder in (self.folder, self.folder / "log", self.folder / "run"):
                folder.mkdir(mode=0o700 if not self.durable else 0o755, parents=True, exist_ok=True)
            self.sockets.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise EmbeddedError(f"Cannot make {error.filename}: {error.strerror}.") from error
        self.check_sockets()

    def check_sockets(self):
        """Refuse a socket folder in which somebody else could have put a server of their own."""
        found = self.sockets.lstat()
        trusted = {os.geteuid(), self.folder.stat().st_uid, _owner(self.data("postgres"))}
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in trusted:
            raise EmbeddedError(f"{self.sockets} belongs to somebody else. Remove it first.")
        if found.st_mode & 0o077:
            raise EmbeddedError(f"{self.sockets} is open to others. Remove it first.")
        longest = self.sockets / ".s.PGSQL.5432.lock"
        if len(os.fsencode(longest)) > SOCKET_PATH_LIMIT:
            raise EmbeddedError(f"{longest} is too long for a socket's path.")


def _socket_folder(folder):
    # Named after the data folder, so that every process finds it without asking, whatever its
    # environment says about temporary folders.
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    return _temporary() / f"concert-{digest}"


def _temporary():
    return Path("/tmp" if os.access("/tmp", os.W_OK) else tempfile.gettempdir())  # noqa: S108


def _owner(path):
    try:
        return path.stat().st_uid
    except OSError:
        return None
