import pytest

from backoffice.tests.shared_rows import rolled_back
from backoffice.tests.staff_rows import make_staff_rows


@pytest.fixture
def _django_db_helper(request):
    """Leave the database to the fixture `shared_rows` in tests that use it."""
    if "shared_rows" not in request.fixturenames:
        request.getfixturevalue("_django_db_helper")


@pytest.fixture(scope="module")
def shared_rows(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), rolled_back():
        yield make_staff_rows()


@pytest.fixture
def world(shared_rows, settings):
    """Return the rows of the module; what a test changes is rolled back."""
    settings.API_RATE_LIMITS = dict.fromkeys(settings.API_RATE_LIMITS, 100000)
    with rolled_back():
        yield shared_rows
