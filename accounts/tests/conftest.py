import pytest
from django.core.cache import cache

from . import factories


@pytest.fixture(autouse=True)
def nothing_counted_yet():
    """Attempts of earlier tests do not count: each starts with an empty cache."""
    cache.clear()


@pytest.fixture
def alice(db):
    return factories.make_user("alice@example.com", name="Alice")
