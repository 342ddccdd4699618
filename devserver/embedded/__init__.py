"""The project's own PostgreSQL and Redis, used where DATABASE_URL or REDIS_URL is not set.

Both are the real servers, from wheels, reachable only through Unix sockets in a folder that
belongs to one user. Their data is under `var/`. The first process that needs them starts them,
others use them, and they stop when the last one has ended, even by `kill -9`.

Importing this package starts nothing, and needs neither Django nor the servers.
"""

import atexit
import os
from collections.abc import Callable, Iterable, Sequence

from .engines import ENGINES, binary_of_postgres
from .home import CHECKOUT, EmbeddedError, Home
from .servers import Servers

__all__ = ["CHECKOUT", "EmbeddedError", "Home", "Servers", "addresses", "ensure", "start"]

VARIABLES = {"postgres": "DATABASE_URL", "redis": "REDIS_URL"}

# Django's commands that read only code and files.
COMMANDS_WITHOUT_SERVERS = {
    *("check", "collectstatic", "compilemessages", "diffsettings", "findstatic", "help"),
    *("makemessages", "startapp", "startproject", "version"),
}

_ensured = None


def addresses() -> tuple[str, str]:
    """Return (database URL, Redis URL) of this checkout's embedded servers, running or not."""
    home = Home.of_checkout()
    return home.database_url, home.redis_url


def needs_servers(arguments: Sequence[str]) -> bool:
    """Return whether a `manage.py` command line uses the database or the cache."""
    if len(arguments) < 2 or {"--help", "-h", "--version"} & set(arguments[1:]):
        return False
    return arguments[1] not in COMMANDS_WITHOUT_SERVERS


def ensure(
    say: Callable[[str], None] = lambda text: None, check: Callable[[], None] = lambda: None
) -> Servers:
    """Run the servers for which no variable is set until this process ends.

    Servers that already run are used and left running. Calling it again changes nothing.
    For `say` and `check` see `Servers.wait`. Raises EmbeddedError, whose message is meant for the
    person at the terminal.
    """
    global _ensured
    if _ensured is None:
        engines = [name for name, variable in VARIABLES.items() if not os.environ.get(variable)]
        _ensured = start(Home.of_checkout(), engines=engines, say=say, check=check)
        atexit.register(_ensured.stop)
        if "postgres" in engines:
            # For `manage.py dbshell` and `pg_dump`, where the machine has none of its own.
            programs = os.path.dirname(binary_of_postgres("psql"))
            os.environ["PATH"] = os.pathsep.join([os.environ.get("PATH", os.defpath), programs])
    return _ensured


def start(
    home: Home,
    *,
    engines: Iterable[str] = tuple(ENGINES),
    say: Callable[[str], None] = lambda text: None,
    check: Callable[[], None] = lambda: None,
) -> Servers:
    """Start (or find) the given engines at `home` and return the Servers, ready for use."""
    servers = Servers(home, engines)
    servers.launch()
    servers.wait(say, check)
    return servers
