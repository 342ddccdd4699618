"""Fixtures of all tests, and the state in which each starts."""

import time
from types import SimpleNamespace

import pytest

pytest_plugins = [
    "core.testing.needs",  # First, because the others import it.
    "core.testing.browser",
    "core.testing.database",
    "core.testing.truncation",
    "core.testing.processes",
    "core.testing.redis_outages",
    "payments.tests.stripe_sandbox",
]


@pytest.fixture(autouse=True)
def clear_state():
    """Clear caches, and the language and time zone that the test before has activated."""
    from django.core.cache import cache
    from django.utils import timezone, translation

    from core.cache import reset_failures as reset_failures_of_redis
    from core.shared_cache import clear_shared_cache
    from organisation.current import keep_organisation
    from organisation.models import Organisation
    from waitingroom.sequence import retry_redis_now

    translation.deactivate()
    timezone.deactivate()
    reset_failures_of_redis()
    cache.clear()
    clear_shared_cache()
    # Until a test saves another one, so that no count of queries includes reading it.
    keep_organisation(Organisation(), {}, seconds=10**9)
    retry_redis_now()


@pytest.fixture(scope="session", autouse=True)
def _close_redis_connections():
    """Close what this process keeps open, so that nothing is left to the interpreter's end."""
    from django.core.cache import cache

    from core.testing.redis_outages import close_broker_connections
    from waitingroom import sequence

    yield
    close_broker_connections()
    for client in sequence._clients.values():
        client.close()
    for pool in cache._cache._pools.values():
        pool.disconnect()


@pytest.fixture
def keep_caches(monkeypatch):
    """Keep terms, waiting rooms and shared pages until the test is over, not for a second.

    So that no count of queries depends on how slow the machine is.
    """
    now, since_boot = time.time(), time.monotonic()
    still = SimpleNamespace(time=lambda: now, monotonic=lambda: since_boot, sleep=time.sleep)
    monkeypatch.setattr("core.shared_cache.time", still)
