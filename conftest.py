"""What every test starts from: nothing kept from the one before."""

import time
from types import SimpleNamespace

import pytest

pytest_plugins = [
    "concert.testing.browser",
    "concert.testing.database",
    "concert.testing.emptying",
    "concert.testing.processes",
    "concert.testing.redis_away",
]


@pytest.fixture(autouse=True)
def nothing_kept():
    """Forget what is kept for a moment, and the language of whoever read last."""
    from django.core.cache import cache
    from django.utils import timezone, translation

    from concert.cache import forget_failures as forget_failures_of_redis
    from concert.fresh import forget_fresh
    from shows.terms import forget_terms
    from waitingroom.numbers import forget_failures
    from waitingroom.rooms import forget_rooms

    translation.deactivate()
    timezone.deactivate()
    forget_failures_of_redis()
    cache.clear()
    forget_fresh()
    forget_terms()
    forget_rooms()
    forget_failures()


@pytest.fixture
def terms_stay(monkeypatch):
    """Keep terms, waiting rooms and shared pages until the test is over, not for a second.

    So that no count of queries depends on how slow the machine is.
    """
    monkeypatch.setattr("shows.terms.KEPT_FOR", 3600.0)
    monkeypatch.setattr("waitingroom.rooms.KEPT_FOR", 3600.0)
    now, since_boot = time.time(), time.monotonic()
    still = SimpleNamespace(time=lambda: now, monotonic=lambda: since_boot, sleep=time.sleep)
    monkeypatch.setattr("concert.fresh.time", still)
