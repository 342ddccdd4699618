import pytest
from django.core.cache import cache

from . import factories


@pytest.fixture(autouse=True)
def empty_cache():
    """Empty the cache, so that attempts of earlier tests do not count."""
    cache.clear()


@pytest.fixture
def alice(db):
    return factories.make_user("alice@example.com", name="Alice")
