import pytest


@pytest.fixture
def _django_db_helper(request):
    """Leave the database to the fixture `shared_rows` in tests that use it."""
    if "shared_rows" not in request.fixturenames:
        request.getfixturevalue("_django_db_helper")
