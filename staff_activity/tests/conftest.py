"""Fixtures of the tests of staff activity."""

import pytest

from accounts.roles import Role
from accounts.tests.factories import make_staff


@pytest.fixture
def manager():
    return make_staff(Role.MANAGER)


@pytest.fixture
def admin(client, manager):
    """Log in a manager to the admin."""
    client.force_login(manager)
    return client
