from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from accounts.models import User
from emails.quiet_hours import clock_time, next_allowed_time, recipient_zone
from organisation.tests.factories import set_organisation

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("wanted", "sent"),
    [
        ("2026-06-12T09:00", "2026-06-12T09:00"),
        ("2026-06-12T20:59", "2026-06-12T20:59"),
        ("2026-06-12T21:00", "2026-06-13T09:00"),
        ("2026-06-12T03:00", "2026-06-12T09:00"),
        ("2026-12-31T23:59", "2027-01-01T09:00"),
        # Nights in which daylight saving time begins or ends, an hour shorter or longer.
        ("2026-03-28T22:00", "2026-03-29T09:00"),
        ("2026-10-24T22:00", "2026-10-25T09:00"),
    ],
)
def test_no_optional_email_is_sent_at_night(wanted, sent):
    wanted = datetime.fromisoformat(wanted).replace(tzinfo=BERLIN)
    assert next_allowed_time(wanted.astimezone(UTC), BERLIN) == datetime.fromisoformat(
        sent
    ).replace(tzinfo=BERLIN)


def test_the_morning_after_a_clock_change_is_nine_by_local_time():
    night = datetime(2026, 3, 29, 0, 30, tzinfo=BERLIN)
    assert next_allowed_time(night, BERLIN).astimezone(UTC) == datetime(2026, 3, 29, 7, tzinfo=UTC)


def test_an_ambiguous_local_time_means_the_first_occurrence():
    at = clock_time(date(2026, 10, 25), time(2, 30), BERLIN)
    assert at.astimezone(UTC) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.django_db
def test_the_time_zone_is_that_of_the_recipient_or_the_default():
    set_organisation(time_zone="Europe/Lisbon")
    assert recipient_zone(User(time_zone="America/New_York"), BERLIN) == NEW_YORK
    assert recipient_zone(User(), BERLIN) == BERLIN
    assert recipient_zone(None) == ZoneInfo("Europe/Lisbon")
