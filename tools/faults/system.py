"""The running system: servers, web, worker and beat, supervised as by `make run`."""

import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from devserver import embedded
from devserver.embedded import CHECKOUT, Home
from devserver.run.child import Child
from devserver.run.supervisor import Supervisor, answers

from .breakpoints import Breakpoint
from .held_socket import hold_socket, with_socket

PYTHON = sys.executable
# The script, not the module: to replace itself, gunicorn runs its own command line again.
GUNICORN = [str(Path(PYTHON).with_name("gunicorn")), "tools.faults.wsgi"]
CELERY = [PYTHON, "-W", "ignore::UserWarning:celery.platforms", "-m", "celery", "--quiet"]
CELERY += ["-A", "concert"]
UP_WITHIN = 90


class RunningSystem:
    """The running system: its address, and access to each of its processes."""

    def __init__(self, folder, home, mail_port):
        self.folder = folder
        self.home = home
        self.mail_port = mail_port
        self.variables = {}
        self.socket = hold_socket()
        self.address = self.socket.getsockname()
        self.breakpoint = Breakpoint(folder)
        self.console = _Log(folder / "processes.log")
        self.children = {child.name: child for child in self._make_children()}
        self._supervisor_thread = threading.Thread(target=self._supervise, daemon=True)

    def open(self):
        """Start everything; `start_took` is how many seconds the web server needed."""
        self._supervisor_thread.start()
        self.start_took = wait_until(
            lambda: answers(*self.address), UP_WITHIN, "The web server did not start."
        )

    def close(self):
        self.console.lost = True
        self._supervisor_thread.join(60)
        self.socket.close()

    def kill(self, name):
        """Send SIGKILL to a process and its children, and return at once."""
        os.killpg(self.children[name].process.pid, signal.SIGKILL)

    def restart(self, name):
        """Have a process end by itself, and return once another one runs."""
        before = self.pid_of(name)
        self.children[name].ask_to_stop()
        wait_until(lambda: self.pid_of(name) not in (before, None), 60, f"{name} stayed away.")

    def use(self, **variables):
        """Restart all processes with these variables besides the usual ones."""
        self.variables = variables
        for name, child in self.children.items():
            child.environment = self.environment()
            self.restart(name)
        wait_until(lambda: answers(*self.address), UP_WITHIN, "The web server did not start.")

    def manage(self, *words):
        """Run a command of manage.py, as in a deployment."""
        subprocess.run(
            [PYTHON, "manage.py", *words],
            cwd=CHECKOUT,
            env=self.environment(),
            stdout=subprocess.DEVNULL,
            check=True,
        )

    def pid_of(self, name):
        process = self.children[name].process
        return process.pid if process else None

    @contextmanager
    def without(self, engine, signum):
        """Stop PostgreSQL or Redis with a signal, and keep it stopped until the block ends.

        The guard of the server would start it again within a second, so it is suspended meanwhile.
        """
        server = self._server_pid(engine)
        guard = _parent_of(server)
        os.kill(guard, signal.SIGSTOP)
        try:
            os.kill(server, signum)
            wait_until(lambda: _is_gone(server), 20, f"{engine} did not stop.")
            yield
        finally:
            os.kill(guard, signal.SIGCONT)

    def environment(self, **changes):
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tools.faults.settings",
            "FAULTS_FOLDER": str(self.folder),
            "WEB_CONCURRENCY": "2",
            "WEB_THREADS": "4",
            "ACCESS_LOG": "0",
            "LOG_LEVEL": "WARNING",
            **self.variables,
            **changes,
        }

    def settings_of(self, database):
        """Return the variables of a web server that uses another database, with an empty Redis."""
        url = urlsplit(self.home.database_url)._replace(path=f"/{database}").geturl()
        return {"DATABASE_URL": url, "REDIS_URL": f"{self.home.redis_url}?db=1"}

    @contextmanager
    def another_web_server(self, **changes):
        """Run a second web server, with changes to its environment; yield its (host, port)."""
        port = free_port()
        changes |= {"PORT": str(port), "WEB_CONCURRENCY": "1"}
        with self._extra_process(GUNICORN, **changes):
            wait_until(lambda: answers("127.0.0.1", port), UP_WITHIN, "It did not start.")
            yield ("127.0.0.1", port)

    @contextmanager
    def web_server_to_replace(self):
        """Run a second web server at a held socket; yield (its address, `replace()`).

        `replace` loads new code, as `systemctl reload` does, and returns once it runs.
        """
        with hold_socket() as listener:
            command = with_socket(listener, GUNICORN)
            with self._extra_process(command, keep=[listener.fileno()]) as server:
                address = listener.getsockname()
                wait_until(lambda: answers(*address), UP_WITHIN, "It did not start.")

                def replace():
                    server.send_signal(signal.SIGUSR2)
                    server.wait(UP_WITHIN)

                yield address, replace

    @contextmanager
    def second_beat(self):
        """Run a second beat process."""
        with self._extra_process([*CELERY, "beat", "-s", str(self.folder / "beat-2")]):
            schedule = [self.folder / f"beat-2{end}" for end in ("", ".db", ".dat")]
            wait_until(lambda: any(map(Path.exists, schedule)), UP_WITHIN, "It did not start.")
            yield

    @contextmanager
    def _extra_process(self, command, *, keep=(), **changes):
        with self.console.path.open("ab") as log:
            process = subprocess.Popen(
                command,
                cwd=CHECKOUT,
                env=self.environment(**changes),
                stdout=log,
                stderr=log,
                pass_fds=keep,
                start_new_session=True,
            )
        try:
            yield process
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(20)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(5)

    def _make_children(self):
        environment = self.environment()
        worker = [*CELERY, "worker", "--loglevel=WARNING", "--without-gossip", "--without-mingle"]
        beat = [*CELERY, "beat", "--loglevel=WARNING", "-s", str(self.folder / "beat")]
        web = with_socket(self.socket, GUNICORN)
        for name, command, keep in [
            ("web", web, [self.socket.fileno()]),
            ("worker", [*worker, "--concurrency=2"], ()),
            ("beat", beat, ()),
        ]:
            yield Child(name, command, cwd=CHECKOUT, environment=environment, keep=keep)

    def _supervise(self):
        # Run in the thread that starts the processes: they end with it, even if this process is
        # killed.
        supervisor = Supervisor(
            list(self.children.values()), console=self.console, signals=_NoSignals()
        )
        try:
            supervisor.run(is_up=lambda: False, on_up=None)
        finally:
            supervisor.stop()

    def _server_pid(self, engine):
        if engine == "postgres":
            return int((self.home.data("postgres") / "postmaster.pid").read_text().split()[0])
        import redis

        with redis.Redis.from_url(self.home.redis_url) as link:
            return link.info("server")["process_id"]


@contextmanager
def open_system(*, mail_port, say):
    """Start everything, with an empty database; stop and remove everything at the end."""
    folder = Path(tempfile.mkdtemp(prefix="concert-faults-"))
    home = Home(folder)
    os.environ.update(
        DATABASE_URL=home.database_url,
        REDIS_URL=home.redis_url,
        DJANGO_SETTINGS_MODULE="tools.faults.settings",
        FAULTS_FOLDER=str(folder),
        EMAIL_URL=f"smtp://127.0.0.1:{mail_port}",
        # All customers share one address.
        LIFT_ADDRESS_LIMITS="true",
        LOG_LEVEL="ERROR",
        # Needed if the environment has the SECRET_KEY of a production site.
        PAYMENT_PROVIDER="demo",
        ALLOW_DEMO_PAYMENTS_IN_PRODUCTION="true",
    )
    say("Starting PostgreSQL and Redis")
    servers = embedded.start(home)
    try:
        import django

        django.setup()
        from devserver import preparation

        say("Preparing the database and the static files")
        preparation.migrate(out=io.StringIO())
        shorten_holds()
        preparation.collect_static(out=io.StringIO())
        system = RunningSystem(folder, home, mail_port)
        say("Starting the web server, the worker and the clock")
        try:
            system.open()
            yield system
        finally:
            system.close()
    finally:
        servers.stop()
        shutil.rmtree(folder, ignore_errors=True)


def shorten_holds():
    """Let abandoned baskets expire within the run."""
    from organisation.models import Organisation

    Organisation.objects.update_or_create(pk=1, defaults={"hold_minutes": 2})


def wait_until(holds, timeout, complaint):
    """Wait until `holds()` is true; return the seconds. Raises TimeoutError(complaint)."""
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > timeout:
            raise TimeoutError(complaint)
        time.sleep(0.05)
    return time.monotonic() - began


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class _Log:
    """Write the output of the supervisor and of the processes into a file."""

    def __init__(self, path):
        self.path = path
        self.lost = False

    def say(self, text):
        self.log("system", text)

    def log(self, name, line):
        with self.path.open("a") as file:
            file.write(f"{name:>6} | {line}\n")


class _NoSignals:
    """The supervisor is stopped by its owner, not from a terminal."""

    count = 0

    def check(self):
        pass


def _parent_of(pid):
    # The program's name, in brackets, may contain anything.
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def _is_gone(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True
