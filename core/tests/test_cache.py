"""The cache while Redis is available, unavailable, or does not answer."""

import logging
import time

import pytest
from django.core.cache import cache

from core.cache import PAUSE, reset_failures


@pytest.fixture(autouse=True)
def no_failure_yet():
    reset_failures()
    yield
    reset_failures()


def test_it_stores_values():
    cache.set("song", "Nachtmusik")
    assert cache.get("song") == "Nachtmusik"
    assert not cache.add("song", "another")


def test_without_redis_it_finds_and_stores_nothing(redis_unavailable):
    cache.set("song", "Nachtmusik")
    assert cache.get("song") is None
    assert cache.get("song", "silence") == "silence"
    assert cache.get("song", default="silence") == "silence"
    assert cache.get_many(["song"]) == {}
    assert cache.add("song", "Nachtmusik")
    assert cache.incr("plays") == 1
    assert cache.incr("plays", 3) == 3
    assert cache.get_or_set("song", "hummed") == "hummed"
    assert "song" not in cache
    assert not cache.delete("song")
    assert not cache.touch("song")
    assert cache.set_many({"song": 1}) == []
    cache.delete_many(["song"])
    cache.clear()


def test_it_waits_once_for_a_hanging_redis(redis_hangs):
    started = time.monotonic()
    for number in range(60):
        cache.get(f"song-{number}")
    assert time.monotonic() - started < 10, "Nobody waits for Redis again and again."


def test_it_logs_once_for_each_pause(redis_unavailable, caplog):
    with caplog.at_level(logging.WARNING):
        for _ in range(20):
            cache.get("song")
    assert caplog.text.count("The cache is unavailable") == 1


def test_it_tries_again_after_the_pause(monkeypatch):
    def fail(*args, **kwargs):
        raise OSError("The cable is out.")

    cache.set("song", "Nachtmusik")
    with monkeypatch.context() as unplugged:
        unplugged.setattr(cache._cache, "get", fail)
        assert cache.get("song") is None
    assert cache.get("song") is None
    now = time.monotonic()
    monkeypatch.setattr("core.cache.time.monotonic", lambda: now + PAUSE)
    assert cache.get("song") == "Nachtmusik"
