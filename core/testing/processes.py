"""Real processes on the test database, which can be killed."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
PATIENCE = 90


@pytest.fixture
def processes(_fork_server: Any) -> Iterator[Callable[..., "Process"]]:
    """Return a function that runs another function, given by its dotted name, in a new process.

    Processes still running at the end of the test are killed.
    """
    started = []

    def start(call, *, environment=None, settings=None, **arguments):
        order = {"call": call, "arguments": arguments, "environment": environment or {}}
        order["settings"] = settings or {}
        _fork_server.stdin.write(json.dumps(order) + "\n")
        _fork_server.stdin.flush()
        started.append(Process(int(_fork_server.stdout.readline())))
        return started[-1]

    yield start
    for process in started:
        process.kill()


class Process:
    """A process and its children."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    @property
    def is_alive(self) -> bool:
        with suppress(ProcessLookupError):
            os.kill(self.pid, 0)
            return True
        return False

    def kill(self) -> None:
        """Kill the process group and wait until it is gone."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.wait()

    def wait(self, patience: float = PATIENCE) -> None:
        wait_until(lambda: not self.is_alive, patience)


def wait_until(holds: Callable[[], bool], patience: float = PATIENCE) -> None:
    deadline = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < deadline, "It takes too long."
        time.sleep(0.01)


@pytest.fixture(scope="session")
def _fork_server(django_db_setup, tmp_path_factory):
    """Start the process that forks the others; its output goes to a temporary file."""
    from django.db import connection

    url = urlsplit(os.environ["DATABASE_URL"])
    environment = {
        **os.environ,
        "DATABASE_URL": url._replace(path="/" + connection.settings_dict["NAME"]).geturl(),
        "DJANGO_SETTINGS_MODULE": "tools.faults.settings_test",
        "EMAIL_URL": "smtp://127.0.0.1:1",  # Each test has its own port.
        "LOG_LEVEL": "ERROR",
    }
    with (tmp_path_factory.mktemp("processes") / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "core.testing.fork_server"],
            cwd=CHECKOUT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        yield process
        process.stdin.close()
        process.wait(PATIENCE)
        process.stdout.close()
