"""Redis away, in two ways, for the cache and the task queue alike."""

import socket

import pytest


@pytest.fixture
def redis_away(point_redis_at):
    """Nobody listens where Redis should be."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        point_redis_at(f"redis://127.0.0.1:{nobody.getsockname()[1]}/0")
        yield


@pytest.fixture
def redis_hangs(point_redis_at):
    """Somebody listens where Redis should be, and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as mute:
        point_redis_at(f"redis://127.0.0.1:{mute.getsockname()[1]}/0")
        yield


@pytest.fixture
def point_redis_at(monkeypatch, settings):
    """Call it with the address that the cache and the task queue are to use for this test."""
    from celery import current_app

    from concert import settings as house
    from core.broker import broker_url
    from core.enqueue import reset_enqueued

    def point(url):
        # This one alone: it falls back on `broker_url`, and would be put back as what that is then.
        monkeypatch.setattr(current_app.conf, "broker_write_url", broker_url(url))
        settings.CACHES = {"default": {**house.CACHES["default"], "LOCATION": url}}

    reset_enqueued()
    yield point
    reset_enqueued()
