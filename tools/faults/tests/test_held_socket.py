"""A web server that is replaced or restarted while requests arrive."""

import os
import signal
import subprocess
import threading
from contextlib import suppress

import pytest

from core.testing.processes import wait_until
from devserver.embedded import CHECKOUT
from devserver.run.supervisor import answers
from tools.faults.customers import Browser
from tools.faults.held_socket import hold_socket, with_socket
from tools.faults.responses import CONNECTION_LOST, SERVED, Responses
from tools.faults.system import GUNICORN, free_port

COMMAND = [GUNICORN[0], "tools.faults.tests.slow_app"]


@pytest.fixture
def start():
    """Call it with a held socket, or with the port that gunicorn should open."""
    started = []

    def start(place):
        held = not isinstance(place, int)
        port = place.getsockname()[1] if held else place
        started.append(
            subprocess.Popen(
                with_socket(place, COMMAND) if held else COMMAND,
                cwd=CHECKOUT,
                env={**os.environ, "PORT": str(port), "WEB_CONCURRENCY": "2"},
                pass_fds=[place.fileno()] if held else [],
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        )
        return started[-1]

    yield start
    for process in started:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)


@pytest.fixture
def crowd(monkeypatch):
    """Call it with a port: four visitors request a page of it repeatedly. Returns a `Crowd`."""
    monkeypatch.setattr("tools.faults.customers.PAUSE", 0.02)
    crowds = []
    yield lambda port: crowds.append(Crowd(port)) or crowds[-1]
    for each in crowds:
        each.wait_until_given_up()


class Crowd:
    def __init__(self, port):
        self.responses, self._gone = Responses(), threading.Event()
        wait_until(lambda: answers("127.0.0.1", port))
        self._threads = [threading.Thread(target=self._look, args=[port]) for _ in range(4)]
        for thread in self._threads:
            thread.start()
        self.is_served()

    def is_served(self):
        served = self.responses.kinds[SERVED]
        wait_until(lambda: self.responses.kinds[SERVED] >= served + 8)

    def wait_until_given_up(self):
        self._gone.set()
        for thread in self._threads:
            thread.join(30)

    def _look(self, port):
        browser = Browser([("127.0.0.1", port)], self.responses, threading.Lock())
        while not self._gone.is_set():
            browser.ask("page", "GET", "/")


@pytest.fixture
def listener():
    with hold_socket() as listener:
        yield listener


def test_requests_during_a_reload_are_served(start, crowd, listener):
    old = start(listener)
    people = crowd(listener.getsockname()[1])
    old.send_signal(signal.SIGUSR2)
    old.wait(30)
    people.is_served()
    assert set(people.responses.kinds) == {SERVED}


def test_code_that_cannot_be_loaded_changes_nothing(start, crowd, listener, tmp_path, monkeypatch):
    mistake = tmp_path / "mistake"
    monkeypatch.setenv("MISTAKE", str(mistake))
    old = start(listener)
    people = crowd(listener.getsockname()[1])
    mistake.touch()
    old.send_signal(signal.SIGUSR2)
    wait_until(mistake.read_text)
    people.is_served()
    assert old.poll() is None
    assert set(people.responses.kinds) == {SERVED}


@pytest.mark.parametrize(
    ("held", "responses"), [(True, {SERVED}), (False, {SERVED, CONNECTION_LOST})]
)
def test_requests_during_a_restart_wait_if_the_socket_is_held(
    start, crowd, listener, held, responses
):
    """Without the held socket they are refused: the control."""
    place = listener if held else free_port()
    old = start(place)
    people = crowd(listener.getsockname()[1] if held else place)
    old.terminate()
    old.wait(30)
    start(place)
    people.is_served()
    assert set(people.responses.kinds) == responses
