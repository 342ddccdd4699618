"""Run `make run` on a copy of the checkout; no process remains afterwards."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import psutil
import pytest

from devserver.embedded import Home
from devserver.run.claims import CHECKOUT

PATIENCE = 90  # Seconds. The first run makes a database.
NOT_COPIED = {".venv", ".git", "var", "node_modules", ".hypothesis"}


@pytest.fixture(scope="module")
def copy():
    """Return a copy of this checkout in a folder with spaces; its `var/` is kept between tests."""
    with tempfile.TemporaryDirectory(prefix="concert new comer ") as folder:
        copy = Path(folder) / "con cert"
        shutil.copytree(CHECKOUT, copy, symlinks=True, ignore=left_out)
        yield copy
        shutil.rmtree(Home(copy / "var").sockets, ignore_errors=True)


def left_out(_folder, names):
    # In a fresh checkout other tests' processes are writing bytecode, under names that soon go.
    return {name for name in names if name in NOT_COPIED or ".pyc." in name}


@pytest.fixture
def run(copy):
    """Return a function that starts a run and returns it. Runs that are left are ended."""
    runs = []

    def start():
        runs.append(Run(copy))
        return runs[-1]

    yield start
    for each in runs:
        each.end()
    for process in family_of(copy):
        process.kill()


class Run:
    """`python -m devserver.run`, as a shell would start it."""

    def __init__(self, copy):
        self.port = free_port()
        self.output = ""
        ours = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE"}
        environment = {name: text for name, text in os.environ.items() if name not in ours}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "devserver.run"],
            cwd=copy,
            env={**environment, "PORT": str(self.port), "DEMO": "false", "WEB_CONCURRENCY": "2"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            preexec_fn=heed_signals,
        )

    def read_until(self, text):
        deadline = time.monotonic() + PATIENCE
        while text not in self.output:
            line = self.process.stdout.readline()
            assert line and time.monotonic() < deadline, self.output
            self.output += line

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def rest(self):
        # A process that ignores its signal must fail the test, not stop it for ever.
        self.output += self.process.communicate(timeout=PATIENCE)[0]
        return self.process.returncode


def heed_signals():
    """Undo what `nohup` and a shell's `&` have the tests, and so all their processes, ignore."""
    for signum in (signal.SIGHUP, signal.SIGINT):
        signal.signal(signum, signal.SIG_DFL)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def family_of(copy):
    """Return every process that belongs to a run of the copy, by its folder or its command."""
    found = []
    for process in psutil.process_iter():
        try:
            place = process.cwd() + " ".join(process.cmdline())
            is_dead = process.status() == psutil.STATUS_ZOMBIE
        except psutil.Error:
            continue
        if str(copy) in place and not is_dead:
            found.append(process)
    return found


def leaves_nothing(copy, patience=25):
    deadline = time.monotonic() + patience
    while family_of(copy) and time.monotonic() < deadline:
        time.sleep(0.1)
    return [(process.pid, process.cmdline()) for process in family_of(copy)] == []


def test_it_starts_restarts_killed_processes_and_stops_at_ctrl_c(copy, run):
    running = run()
    running.read_until("Ctrl-C stops everything.")
    assert f"Concert is open at http://127.0.0.1:{running.port}/" in running.output
    with urllib.request.urlopen(f"http://127.0.0.1:{running.port}/admin/login/") as response:
        assert response.status == 200
    commands = " ".join(" ".join(process.cmdline()) for process in family_of(copy))
    for part in ("bin/postgres", "redis-server", "gunicorn", " worker ", " beat "):
        assert part in commands

    again = run()
    assert again.rest() == 1
    assert again.output.count("\n") == 1
    assert re.search(rf"already runs .* port {running.port}", again.output)

    (web,) = [
        process
        for process in psutil.Process(running.process.pid).children()
        if "gunicorn" in process.cmdline()
    ]
    web.kill()
    running.read_until("web ended (status -9). Starting it again in 1 s.")
    deadline = time.monotonic() + PATIENCE
    while not answers(running.port) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert answers(running.port)

    os.killpg(running.process.pid, signal.SIGINT)  # As the terminal does.
    assert running.rest() == 0
    assert "Stopped" in running.output
    assert "Traceback" not in running.output
    assert family_of(copy) == []


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGKILL])
def test_no_process_is_left_when_it_is_killed(copy, run, signum):
    running = run()
    running.read_until("Ctrl-C stops everything.")
    running.process.send_signal(signum)
    assert running.rest() == (-9 if signum == signal.SIGKILL else 0)
    assert leaves_nothing(copy)


@pytest.mark.parametrize(
    ("moment", "signum"),
    [("Starting the project's own servers", signal.SIGTERM), ("Preparing", signal.SIGHUP)],
)
def test_no_process_is_left_when_it_is_killed_while_starting(copy, run, moment, signum):
    running = run()
    running.read_until(moment)
    running.process.send_signal(signum)
    assert running.rest() == 0
    assert leaves_nothing(copy)


def answers(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/admin/login/", timeout=2) as response:
            return response.status == 200
    except OSError:
        return False


def test_a_used_port_is_reported_in_one_line_before_any_work(copy):
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "tools/prepare.py", "--run"],
            cwd=copy,
            env={**os.environ, "PORT": str(port)},
            capture_output=True,
            text=True,
        )
    assert done.returncode == 1
    assert done.stdout.count("\n") == 1
    assert f"Port {port} is taken." in done.stdout
    assert done.stderr == ""
    assert not (copy / ".venv").exists()
