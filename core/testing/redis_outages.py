"""Fixtures for outages of Redis, as cache and as broker."""

import socket

import pytest


@pytest.fixture
def redis_unavailable(point_redis_at):
    """Make Redis refuse connections."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        point_redis_at(f"redis://127.0.0.1:{nobody.getsockname()[1]}/0")
        yield


@pytest.fixture
def redis_hangs(point_redis_at):
    """Make Redis accept connections and never answer."""
    with socket.create_server(("127.0.0.1", 0)) as mute:
        point_redis_at(f"redis://127.0.0.1:{mute.getsockname()[1]}/0")
        yield


@pytest.fixture
def point_redis_at(monkeypatch, settings):
    """Return a function that sets the URL of cache and broker for this test."""
    from celery import current_app

    from concert import settings as production
    from core.broker import broker_url
    from core.enqueue import reset_enqueued

    def point(url):
        # Not `broker_url`, which is the fallback of this setting when it is restored.
        monkeypatch.setattr(current_app.conf, "broker_write_url", broker_url(url))
        settings.CACHES = {"default": {**production.CACHES["default"], "LOCATION": url}}

    reset_enqueued()
    yield point
    reset_enqueued()
