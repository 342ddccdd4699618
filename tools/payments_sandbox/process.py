"""Run a sandbox in a process of its own, which can be killed, and control it."""

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Self

import requests

from .control import OPERATIONS


class RemoteSandbox:
    """Offer the operations of `Sandbox` that `control.OPERATIONS` names, by HTTP.

    Each raises ValueError with the sandbox's words when it refuses.
    """

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")

    def __getattr__(self, operation: str) -> Any:
        if operation not in OPERATIONS:
            raise AttributeError(operation)

        def call(**arguments: Any) -> Any:
            answer = requests.post(f"{self.url}/sandbox/{operation}", json=arguments, timeout=60)
            body = answer.json()
            if "error" in body:
                raise ValueError(body["error"])
            return body["result"]

        return call


ROOT = Path(__file__).parents[2]
STARTS_WITHIN = 60


class SandboxProcess:
    """A sandbox at a free port. `remote` controls it, a site uses it with `variables`.

    With `file` its records survive `kill` and `start`. `webhooks` is where Stripe's events go.
    """

    def __init__(self, *, file: Path | None = None, webhooks: str = "") -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.remote = RemoteSandbox(self.url)
        self._address = ("127.0.0.1", port)
        self._command = [sys.executable, "-m", "tools.payments_sandbox", f"--port={port}"]
        self._command += [f"--state={file}"] if file else []
        self._command += [f"--stripe-webhooks={webhooks}"] if webhooks else []

    @property
    def variables(self) -> dict[str, str]:
        """The variables of a site that takes payments through it, as Stripe."""
        settings: dict[str, Any] = self.remote.settings()
        return {
            "PAYMENT_PROVIDER": "stripe",
            "STRIPE_API_BASE": self.url,
            "STRIPE_SECRET_KEY": settings["stripe_key"],
            "STRIPE_WEBHOOK_SECRETS": settings["stripe_webhook_secret"],
        }

    def start(self) -> Self:
        """Start it, and return once it answers."""
        nowhere = subprocess.DEVNULL
        self._process = subprocess.Popen(self._command, cwd=ROOT, stdout=nowhere, stderr=nowhere)
        until = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < until:
            if self._process.poll() is not None:
                raise RuntimeError("The payments sandbox did not start.")
            try:
                socket.create_connection(self._address, timeout=1).close()
                return self
            except OSError:
                time.sleep(0.05)
        self.kill()
        raise RuntimeError("The payments sandbox did not answer in time.")

    def kill(self) -> None:
        """Kill it as it is, with requests under way."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(10)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_error: object) -> None:
        self.kill()
