"""gunicorn's configuration, for `make run` and production; `.env.example` has its variables."""

import gc
import os
import signal
from pathlib import Path
from typing import Any

from gunicorn.glogging import Logger
from gunicorn.systemd import SD_LISTEN_FDS_START, sd_notify

from core.logs import hide_tokens

DEBUG = os.environ.get("DEBUG", "").lower() in {"1", "true", "yes", "on"}

wsgi_app = "concert.wsgi"
bind = f"{os.environ.get('BIND') or '127.0.0.1'}:{os.environ.get('PORT') or 8000}"

# A worker is one Python process and uses one processor. Its threads serve several slow clients at
# once. Behind a proxy that buffers slow clients, WEB_THREADS=1 selects `sync` workers. Each thread
# has one connection to PostgreSQL.
workers = int(os.environ.get("WEB_CONCURRENCY") or os.cpu_count() or 1)
threads = int(os.environ.get("WEB_THREADS") or 4)
worker_class = "gthread" if threads > 1 else "sync"

# Seconds that a page waits for a lock before it answers that the site is busy.
os.environ.setdefault("DATABASE_LOCK_TIMEOUT", "5")

# The code is loaded once, before the workers are forked: they start faster and share memory, and an
# error stops the start instead of every worker in turn. Nothing may open a connection or start a
# thread while the code is loaded. With DEBUG each worker loads it, so that it can be reloaded.
preload_app = not DEBUG
reload = DEBUG

timeout = 30  # Seconds until an unresponsive worker is replaced.
graceful_timeout = 20  # Seconds for open requests to finish when the server stops.
keepalive = 5
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  Not on a disk.
control_socket_disable = True  # It would be shared by every checkout.


class ShortLogger(Logger):
    """Log one short line per request, except for successful ones of frequent paths.

    Tokens in paths, which open a basket or end a subscription, are left out.
    """

    QUIET = ("/static/", "/media/", "/healthz", "/readyz")

    def access(self, response: Any, request: Any, environ: Any, request_time: Any) -> None:
        path = environ.get("RAW_URI", "").partition("?")[0]
        ordinary = path.startswith(self.QUIET) or path.endswith("/availability")
        if not (ordinary and response.status.startswith(("2", "3"))):
            super().access(response, request, environ, request_time)

    def atoms(self, response: Any, request: Any, environ: Any, request_time: Any) -> dict[str, Any]:
        atoms: dict[str, Any] = super().atoms(response, request, environ, request_time)
        atoms["U"] = hide_tokens(atoms["U"] or "")
        return atoms


logger_class = ShortLogger
accesslog = "-" if os.environ.get("ACCESS_LOG", "1") != "0" else None
access_log_format = "%(m)s %(U)s %(s)s %(M)s ms"  # No IP address and no query.
errorlog = "-"
loglevel = "warning"


def when_ready(server: Any) -> None:
    # Objects loaded before the fork stay; collecting them would copy shared memory.
    gc.collect()
    gc.freeze()
    if replaced := os.environ.get("GUNICORN_PID"):
        _take_over(server, int(replaced))


# Reload without downtime (`systemctl reload`): USR2 makes the master start a second one on the same
# socket. HUP would start workers with the code that the master has loaded.


def pre_exec(server: Any) -> None:
    # The new master expects systemd's sockets from descriptor 3 on; gunicorn has moved them.
    if server.systemd:
        for number, listener in enumerate(server.LISTENERS):
            os.dup2(listener.fileno(), SD_LISTEN_FDS_START + number)


def _take_over(server, replaced):
    # Reached only once the new code is loaded; otherwise the old master keeps running.
    sd_notify(f"MAINPID={os.getpid()}", server.log)
    os.kill(replaced, signal.SIGTERM)
