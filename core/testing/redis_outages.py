"""Fixtures for outages of Redis, as cache and as broker."""

import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest


@pytest.fixture
def redis_unavailable(point_redis_at: Callable[[str], Any]) -> Iterator[None]:
    """Make Redis refuse connections."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        point_redis_at(f"redis://127.0.0.1:{nobody.getsockname()[1]}/0")
        yield


@pytest.fixture
def redis_hangs(point_redis_at: Callable[[str], None]) -> Iterator[None]:
    """Make Redis accept connections and never answer."""
    with socket.create_server(("127.0.0.1", 0)) as mute:
        point_redis_at(f"redis://127.0.0.1:{mute.getsockname()[1]}/0")
        yield


@pytest.fixture
def point_redis_at(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> Iterator[Callable[[str], None]]:
    """Return a function that sets the URL of cache and broker for this test."""
    from celery import current_app

    from concert import settings as production
    from core.enqueue import reset_enqueued
    from core.environment import broker_url

    def point(url):
        close_broker_connections()
        # Not `broker_url`, which is the fallback of this setting when it is restored.
        monkeypatch.setattr(current_app.conf, "broker_write_url", broker_url(url))
        settings.CACHES = {"default": {**production.CACHES["default"], "LOCATION": url}}

    reset_enqueued()
    yield point
    reset_enqueued()
    close_broker_connections()


def close_broker_connections() -> None:
    """Close the connections to the broker that Celery keeps; its next use opens others."""
    from celery import current_app
    from kombu import pools

    current_app.amqp._producer_pool = None
    current_app._pool = None
    pools.reset()  # It has them, too, and would keep them for ever.
