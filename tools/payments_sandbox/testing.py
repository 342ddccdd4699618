"""Fixtures that run the sandbox inside a test process.

`tests/conftest.py` of whoever uses them says
`pytest_plugins` in the root conftest, or imports the fixture:

    from tools.payments_sandbox.testing import payments_sandbox  # noqa: F401
"""

from collections.abc import Iterator

import pytest

from .sandbox import Sandbox


@pytest.fixture
def payments_sandbox() -> Iterator[Sandbox]:
    """Yield a sandbox at a free port of this machine; it is gone after the test.

    `url` is the base address of both APIs, `stripe_key` a key of test mode. Webhooks are kept for
    `take_webhooks()` unless a test calls `send_stripe_events_to(url)`, which sends them from other
    threads.
    """
    with Sandbox() as sandbox:
        sandbox.keep_webhooks()
        yield sandbox
