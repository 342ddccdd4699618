"""The servers of a benchmark, with fsync on and an empty migrated database."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from devserver import embedded
from devserver.embedded import CHECKOUT, Home
from devserver.embedded.parent_death import signal_when_parent_dies

TIMEOUT = 60


@contextmanager
def open_environment():
    """Start the servers and set up Django on them; stop and remove everything at the end."""
    folder = Path(tempfile.mkdtemp(prefix="concert-bench-"))
    home = Home(folder)
    os.environ.update(
        DATABASE_URL=home.database_url,
        REDIS_URL=home.redis_url,
        DJANGO_SETTINGS_MODULE="concert.settings",
        BENCH_FOLDER=str(folder),
        LOG_LEVEL="ERROR",
        # Needed if the environment has the SECRET_KEY of a production site.
        PAYMENT_PROVIDER="demo",
        ALLOW_DEMO_PAYMENTS_IN_PRODUCTION="true",
    )
    servers = embedded.start(home)
    try:
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        yield folder
    finally:
        servers.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def copied_database():
    """Work in a copy of the database, dropped at the end.

    For purchases written by hand: they leave orders without e-mails, which an audit would report.
    """
    import psycopg
    from django.db import connection

    name = connection.settings_dict["NAME"]
    connection.close()  # A database in use cannot be a template.
    server = {"host": connection.settings_dict["HOST"], "user": connection.settings_dict["USER"]}
    with psycopg.connect(dbname="postgres", autocommit=True, **server) as outside:
        outside.execute(f'CREATE DATABASE apart TEMPLATE "{name}"')
        try:
            with using_database("apart"):
                yield
        finally:
            outside.execute("DROP DATABASE apart")


@contextmanager
def using_database(database):
    """Connect this thread to another database of the same server."""
    from django.db import connection

    connection.close()
    usual_name = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = database
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual_name


@contextmanager
def web_server(*, workers, threads, app=None):
    """Run gunicorn as in production; yield its (host, port). `app` replaces the application."""
    port = free_port()
    environment = {
        **os.environ,
        "PORT": str(port),
        "WEB_CONCURRENCY": str(workers),
        "WEB_THREADS": str(threads),
        "ACCESS_LOG": "0",
        # All visitors come from one address.
        "LIFT_ADDRESS_LIMITS": "true",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", *([app] if app else [])],
        cwd=CHECKOUT,
        env=environment,
        start_new_session=True,
        preexec_fn=signal_when_parent_dies(signal.SIGTERM),
    )
    try:
        wait_for(port, process, "gunicorn")
        yield ("127.0.0.1", port)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(TIMEOUT)


def free_port():
    """Return a free port of the loopback interface."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port, process, name):
    """Return once the port of a process that was just started accepts connections."""
    until = time.monotonic() + TIMEOUT
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"{name} did not start.")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{name} did not answer in time.")
