"""REDIS_URL as Celery spells it."""

import pytest

from core.environment import broker_url


@pytest.mark.parametrize(
    ("redis_url", "expected"),
    [
        ("redis://:secret@redis.example.org:6379/2", "redis://:secret@redis.example.org:6379/2"),
        ("rediss://redis.example.org", "rediss://redis.example.org"),
        ("unix:///run/redis.sock", "redis+socket:///run/redis.sock"),
        ("unix:///run/redis.sock?db=3", "redis+socket:///run/redis.sock?virtual_host=3"),
    ],
)
def test_it_uses_the_same_queue(redis_url, expected):
    assert broker_url(redis_url) == expected
