"""Dates in the lists of the admin look like those in the house's own tables."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from django.utils.formats import get_format, localize
from django.utils.translation import override

from accounts.models import User
from accounts.roles import Role
from accounts.tests.factories import make_staff

DAY = date(2026, 3, 9)
MOMENT = datetime(2026, 3, 9, 20, 5, tzinfo=UTC)


def test_english_dates_are_written_as_the_house_writes_them():
    with override("en"):
        assert localize(DAY) == "9 Mar 2026"
        assert localize(MOMENT) == "9 Mar 2026, 20:05"
        assert get_format("FIRST_DAY_OF_WEEK") == 1


def test_german_dates_stay_german():
    with override("de"):
        assert localize(DAY) == "9. März 2026"


@pytest.mark.django_db
def test_a_list_of_the_admin_shows_them_so(client):
    client.force_login(make_staff(Role.MANAGER))
    User.objects.update(date_joined=MOMENT)
    page = client.get(reverse("admin:accounts_user_changelist")).content.decode()
    assert "9 Mar 2026, 20:05" in page
