"""What `make run` refuses before it does any work."""

import os
import socket
import subprocess
import sys

import pytest

from devserver.run.claims import (
    CHECKOUT,
    address_on_the_network,
    check_port,
    chosen_port,
    claim_checkout,
    is_free,
)
from devserver.run.stopping import RunError


@pytest.fixture
def taken_port():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_a_used_port_is_refused_and_a_free_one_suggested(taken_port):
    with pytest.raises(
        RunError, match=rf"Port {taken_port} is taken. .*make run PORT=\d+"
    ) as caught:
        check_port(taken_port)
    assert is_free(int(str(caught.value).rpartition("=")[2]))


def test_an_address_of_another_machine_is_refused():
    with pytest.raises(RunError, match="BIND=192.0.2.1 is no address of this machine"):
        check_port(8000, "192.0.2.1")


@pytest.mark.parametrize("text", ["0", "65536", "http", "-1", "80 80"])
def test_an_invalid_port_is_refused(text):
    with pytest.raises(RunError, match="PORT must be a number from 1 to 65535"):
        chosen_port({"PORT": text})


@pytest.mark.parametrize(
    ("environment", "port"), [({}, 8000), ({"PORT": ""}, 8000), ({"PORT": "81"}, 81)]
)
def test_it_chooses_the_port(environment, port):
    assert chosen_port(environment) == port


def test_one_checkout_can_run_once(tmp_path):
    first = claim_checkout(tmp_path / "run", port=8000)
    try:
        with pytest.raises(RunError, match=rf"already runs .* process {os.getpid()}, port 8000"):
            claim_checkout(tmp_path / "run", port=8001)
    finally:
        os.close(first)
    os.close(claim_checkout(tmp_path / "run", port=8001))


def test_it_says_that_python_is_too_old():
    script = (
        "import sys, runpy; sys.version_info = (3, 9, 1, 'final', 0); sys.argv = ['prepare.py'];"
        "runpy.run_path('tools/prepare.py', run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=CHECKOUT,
        env={"PATH": "/nowhere"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "Concert needs Python 3.11 or newer, and this is 3.9. Try: make PYTHON=..."
    ]


@pytest.mark.allow_hosts(["192.0.2.1"])  # Nothing is sent there.
def test_it_finds_its_address_on_the_network():
    address = address_on_the_network()
    assert address is None or is_free(0, address)
