"""Web servers for the fault tests, with the test database."""

import pytest

from core.testing.processes import wait_until
from devserver.run.supervisor import answers
from tools.faults.system import free_port


@pytest.fixture
def serve(processes, tmp_path):
    """Start a web server whose workers can be stopped at breakpoints; return its address."""

    def start(call="tools.faults.processes.web", *, settings=None, environment=None, **arguments):
        port = free_port()
        environment = {"FAULTS_FOLDER": str(tmp_path), **(environment or {})}
        processes(call, environment=environment, settings=settings, port=port, **arguments)
        wait_until(lambda: answers("127.0.0.1", port))
        return "127.0.0.1", port

    return start
