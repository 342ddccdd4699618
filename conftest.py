"""What every test starts from: nothing kept from the one before."""

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
def nothing_kept():
    """Forget what is kept for a moment, and the language of whoever read last."""
    from django.core.cache import cache
    from django.utils import timezone, translation

    from core.cache import forget_failures as forget_failures_of_redis
    from core.shared_cache import clear_shared_cache
    from organisation.current import keep_organisation
    from organisation.models import Organisation
    from waitingroom.sequence import retry_redis_now

    translation.deactivate()
    timezone.deactivate()
    forget_failures_of_redis()
    cache.clear()
    clear_shared_cache()
    # Until a test saves another one, so that no count of queries includes reading it.
    keep_organisation(Organisation(), {}, seconds=10**9)
    retry_redis_now()


@pytest.fixture
def terms_stay(monkeypatch):
    """Keep terms, waiting rooms and shared pages until the test is over, not for a second.

    So that no count of queries depends on how slow the machine is.
    """
    now, since_boot = time.time(), time.monotonic()
    still = SimpleNamespace(time=lambda: now, monotonic=lambda: since_boot, sleep=time.sleep)
    monkeypatch.setattr("core.shared_cache.time", still)
