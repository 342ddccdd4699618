"""PostgreSQL and Redis of the project's own, for whoever sets neither DATABASE_URL nor REDIS_URL.

Both are the real servers, from wheels, reachable only through Unix sockets in a folder that
belongs to one user. Their data stand under `var/`. Whoever asks first starts them, everybody
else finds them running, and they stop when the last one is gone, however it went: each server
is watched by a small process of its own (`guard`) that notices even a `kill -9`.

Importing this package starts nothing and needs neither Django nor the servers.
"""

import atexit
import os

from .errors import EmbeddedError
from .home import CHECKOUT, Home
from .servers import Servers
from .wheels import binary_of_postgres

__all__ = [
    "CHECKOUT",
    "EmbeddedError",
    "Home",
    "Servers",
    "addresses",
    "ensure",
    "needs_servers",
    "start",
]

VARIABLES = {"postgres": "DATABASE_URL", "redis": "REDIS_URL"}

# Commands of Django's that read code and files only. Any other gets its servers.
COMMANDS_WITHOUT_SERVERS = {
    "check",
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "findstatic",
    "help",
    "makemessages",
    "startapp",
    "startproject",
    "version",
}

_ensured = None


def addresses():
    """Return (database URL, Redis URL) of this checkout's embedded servers, running or not."""
    home = Home.of_checkout()
    return home.database_url, home.redis_url


def needs_servers(arguments):
    """Tell whether a `manage.py` command line talks to the database or the cache."""
    if len(arguments) < 2 or {"--help", "-h", "--version"} & set(arguments[1:]):
        return False
    return arguments[1] not in COMMANDS_WITHOUT_SERVERS


def ensure(say=None):
    """Have the servers that no variable points elsewhere run until this process ends.

    Servers that already run are used and left running. Calling it again changes nothing.
    Raises EmbeddedError, whose text is meant for the person at the terminal.
    """
    global _ensured
    if _ensured is None:
        engines = [name for name, variable in VARIABLES.items() if not os.environ.get(variable)]
        _ensured = start(Home.of_checkout(), engines=engines, say=say)
        atexit.register(_ensured.stop)
        if "postgres" in engines:
            # For `manage.py dbshell` and `pg_dump`, where the machine has none of its own.
            programs = os.path.dirname(binary_of_postgres("psql"))
            os.environ["PATH"] = os.pathsep.join([os.environ.get("PATH", os.defpath), programs])
    return _ensured


def start(home, *, engines=tuple(VARIABLES), say=None):
    """Start (or find) the given engines at `home` and return the Servers, ready for use.

    `say` is called with one line of text for each step that takes time.
    """
    servers = Servers(home, engines)
    servers.launch()
    servers.wait(say=say)
    return servers
