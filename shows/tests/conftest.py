"""Fixtures of the tests of shows."""

from datetime import UTC, datetime

import pytest

from accounts.roles import Role, appoint
from shows.tests.factories import make_user


@pytest.fixture
def manager(client):
    user = make_user(approved_at=datetime.now(UTC))
    appoint(user=user, role=Role.MANAGER)
    client.force_login(user)
    return client
