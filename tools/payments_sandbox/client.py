"""Control a sandbox that runs in another process."""

from typing import Any

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
