"""A fixture that runs the sandbox inside a test process. Import it where it is used."""

from collections.abc import Iterator

import pytest

from .sandbox import Sandbox


@pytest.fixture
def payments_sandbox() -> Iterator[Sandbox]:
    """Yield a sandbox at a free port of this machine; it is gone after the test.

    `url` is the base address of both APIs, `stripe_key` and `mollie_key` are keys of test mode.
    Webhooks are kept for `take_webhooks()` until a test calls `send_webhooks()`, from when on other
    threads send them.
    """
    with Sandbox() as sandbox:
        sandbox.keep_webhooks()
        yield sandbox
