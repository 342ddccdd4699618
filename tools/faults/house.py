"""A house to break things in: its own servers, web, worker and beat, kept as `make run` does."""

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

from .held import handed, hold_socket
from .points import Trap

PYTHON = sys.executable
# The script, not the module: when it replaces itself, gunicorn calls what it was called by.
GUNICORN = [str(Path(PYTHON).with_name("gunicorn")), "tools.faults.wsgi"]
CELERY = [PYTHON, "-W", "ignore::UserWarning:celery.platforms", "-m", "celery", "--quiet"]
CELERY += ["-A", "concert"]
UP_WITHIN = 90


class House:
    """The running house: where it answers, and how to get at each of its processes."""

    def __init__(self, folder, home, mail_port):
        self.folder = folder
        self.home = home
        self.mail_port = mail_port
        self.socket = hold_socket()
        self.address = self.socket.getsockname()
        self.trap = Trap(folder)
        self.console = _Log(folder / "processes.log")
        self.children = {child.name: child for child in self._make_children()}
        self._keeper = threading.Thread(target=self._keep, daemon=True)

    def open(self):
        """Start everything; `start_took` is how many seconds the web server needed."""
        self._keeper.start()
        self.start_took = wait_until(
            lambda: answers(*self.address), UP_WITHIN, "The web server did not start."
        )

    def close(self):
        self.console.lost = True
        self._keeper.join(60)
        self.socket.close()

    def kill(self, name):
        """kill -9 a process of the house and all of its family, and return at once."""
        os.killpg(self.children[name].process.pid, signal.SIGKILL)

    def restart(self, name):
        """Have a process of the house end in its own way, and return once another runs."""
        before = self.pid_of(name)
        self.children[name].ask_to_stop()
        wait_until(lambda: self.pid_of(name) not in (before, None), 60, f"{name} stayed away.")

    def manage(self, *words):
        """Run a command of manage.py, as who deploys does."""
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

        Whoever guards the server would start it again within a second, so the guard sleeps
        meanwhile.
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
            **changes,
        }

    def settings_of(self, database):
        """What makes a web server sell from another database, with an empty Redis."""
        url = urlsplit(self.home.database_url)._replace(path=f"/{database}").geturl()
        return {"DATABASE_URL": url, "REDIS_URL": f"{self.home.redis_url}?db=1"}

    @contextmanager
    def another_web_server(self, **changes):
        """A second host, with changes to its environment. Yields its (host, port)."""
        port = free_port()
        changes |= {"PORT": str(port), "WEB_CONCURRENCY": "1"}
        with self._beside(GUNICORN, **changes):
            wait_until(lambda: answers("127.0.0.1", port), UP_WITHIN, "It did not start.")
            yield ("127.0.0.1", port)

    @contextmanager
    def web_server_to_replace(self):
        """A second web server, at a held socket. Yields (its address, `replace()`).

        `replace` has new code take over, as `systemctl reload` does, and returns once it has.
        """
        with hold_socket() as listener:
            command = handed(listener, GUNICORN)
            with self._beside(command, keep=[listener.fileno()]) as server:
                address = listener.getsockname()
                wait_until(lambda: answers(*address), UP_WITHIN, "It did not start.")

                def replace():
                    server.send_signal(signal.SIGUSR2)
                    server.wait(UP_WITHIN)

                yield address, replace

    @contextmanager
    def second_beat(self):
        """Another clock, which knows nothing of the first."""
        with self._beside([*CELERY, "beat", "-s", str(self.folder / "beat-2")]):
            schedule = [self.folder / f"beat-2{end}" for end in ("", ".db", ".dat")]
            wait_until(lambda: any(map(Path.exists, schedule)), UP_WITHIN, "It did not start.")
            yield

    @contextmanager
    def _beside(self, command, *, keep=(), **changes):
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
        web = handed(self.socket, GUNICORN)
        for name, command, keep in [
            ("web", web, [self.socket.fileno()]),
            ("worker", [*worker, "--concurrency=2"], ()),
            ("beat", beat, ()),
        ]:
            yield Child(name, command, cwd=CHECKOUT, environment=environment, keep=keep)

    def _keep(self):
        # In the thread that started them: they end with it, even if this process is killed.
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
def open_house(*, mail_port, say):
    """Start everything, with an empty database; stop and remove everything at the end."""
    folder = Path(tempfile.mkdtemp(prefix="concert-faults-"))
    home = Home(folder)
    os.environ.update(
        DATABASE_URL=home.database_url,
        REDIS_URL=home.redis_url,
        DJANGO_SETTINGS_MODULE="tools.faults.settings",
        FAULTS_FOLDER=str(folder),
        EMAIL_URL=f"smtp://127.0.0.1:{mail_port}",
        HOLD_MINUTES="2",
        # All customers come from one address.
        HOUSEHOLD_LIMIT_PERCENT="100",
        LOG_LEVEL="ERROR",
        # Also with the SECRET_KEY of a production site in the environment.
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
        preparation.collect_static(out=io.StringIO())
        house = House(folder, home, mail_port)
        say("Starting the web server, the worker and the clock")
        try:
            house.open()
            yield house
        finally:
            house.close()
    finally:
        servers.stop()
        shutil.rmtree(folder, ignore_errors=True)


def wait_until(holds, patience, complaint):
    """Wait until `holds()` does; return for how many seconds. Raises TimeoutError(complaint)."""
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > patience:
            raise TimeoutError(complaint)
        time.sleep(0.05)
    return time.monotonic() - began


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class _Log:
    """What the supervisor says and the processes write, kept in a file."""

    def __init__(self, path):
        self.path = path
        self.lost = False

    def say(self, text):
        self.log("house", text)

    def log(self, name, line):
        with self.path.open("a") as file:
            file.write(f"{name:>6} | {line}\n")


class _NoSignals:
    """The supervisor is stopped by its owner, not from a terminal."""

    count = 0

    def check(self):
        pass


def _parent_of(pid):
    # The name of the program, in brackets, may hold anything.
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def _is_gone(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True
