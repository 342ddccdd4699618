"""gunicorn's configuration, for `make run` and for production alike. `.env.example` explains the
variables."""

import gc
import os
import signal
from pathlib import Path

from gunicorn.glogging import Logger
from gunicorn.systemd import SD_LISTEN_FDS_START, sd_notify

DEBUG = os.environ.get("DEBUG", "").lower() in {"1", "true", "yes", "on"}

wsgi_app = "concert.wsgi"
bind = f"{os.environ.get('BIND') or '127.0.0.1'}:{os.environ.get('PORT') or 8000}"

# A worker is one Python process and uses one processor. Its threads let it wait for several slow
# readers at once, which `sync` workers cannot: behind a proxy that reads for them, set
# WEB_THREADS=1 to have those. Each thread keeps one connection to PostgreSQL.
workers = int(os.environ.get("WEB_CONCURRENCY") or os.cpu_count() or 1)
threads = int(os.environ.get("WEB_THREADS") or 4)
worker_class = "gthread" if threads > 1 else "sync"

# Seconds that a page waits for the database before it says that it is busy.
os.environ.setdefault("DATABASE_LOCK_TIMEOUT", "5")

# The code is loaded once, before the workers are forked: they start quicker and share its memory,
# and a mistake in it stops the start instead of every worker in turn. Nothing may open a
# connection or a thread while it is loaded. A debug server loads it in each worker, to reload it.
preload_app = not DEBUG
reload = DEBUG

timeout = 30  # Seconds after which a worker that answers nobody is replaced.
graceful_timeout = 20  # Seconds in which open requests may finish when the server stops.
keepalive = 5
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  Not on a disk.
control_socket_disable = True  # It would stand in the home folder, shared by every checkout.


class ModestLogger(Logger):
    """Writes one short line for each request, except for those that come by the thousand."""

    QUIET = ("/static/", "/media/", "/healthz", "/readyz")

    def access(self, response, request, environ, request_time):
        path = environ.get("RAW_URI", "").partition("?")[0]
        ordinary = path.startswith(self.QUIET) or path.endswith("/availability")
        if not (ordinary and response.status.startswith(("2", "3"))):
            super().access(response, request, environ, request_time)


logger_class = ModestLogger
accesslog = "-" if os.environ.get("ACCESS_LOG", "1") != "0" else None
access_log_format = "%(m)s %(U)s %(s)s %(M)s ms"  # No address, no query: logs outlive customers.
errorlog = "-"
loglevel = "warning"


def when_ready(server):
    # What was loaded before the fork is never garbage; looking at it would copy its memory.
    gc.collect()
    gc.freeze()
    if replaced := os.environ.get("GUNICORN_PID"):
        _take_over(server, int(replaced))


# New code without a pause (`systemctl reload`): USR2 has the master start another beside itself at
# the same socket. HUP would not do: its new workers have the code that the master has loaded.


def pre_exec(server):
    # systemd's sockets are looked for from descriptor 3 on, and have been moved from there.
    if server.systemd:
        for number, listener in enumerate(server.LISTENERS):
            os.dup2(listener.fileno(), SD_LISTEN_FDS_START + number)


def _take_over(server, replaced):
    # The new code is loaded. Had it not been, the old master would just go on.
    sd_notify(f"MAINPID={os.getpid()}", server.log)
    os.kill(replaced, signal.SIGTERM)
