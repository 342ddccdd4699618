"""The time of a scan, and its date."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from door.scan_time import MAX_AGE, bounded, corrected_time, is_on_another_date

NOW = datetime(2026, 12, 4, 20, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_a_wrong_device_clock_does_not_matter():
    ten_minutes = 10 * 60 * 1000
    for clock in (0, 1_764_871_200_000, 4_102_444_800_000):
        made = corrected_time(scanned_at=clock, sent_at=clock + ten_minutes, now=NOW)
        assert made == NOW - 10 * MINUTE
    assert corrected_time(scanned_at=1, sent_at=None, now=NOW) is None


@pytest.mark.parametrize(
    ("claimed", "recorded"),
    [
        (None, NOW),
        (NOW + MINUTE, NOW),
        (NOW - 30 * MINUTE, NOW - 30 * MINUTE),
        (NOW - MAX_AGE - MINUTE, NOW),
        (NOW - 90 * MINUTE, NOW - 60 * MINUTE),  # The ticket was created an hour ago.
    ],
)
def test_an_impossible_time_is_not_recorded(claimed, recorded):
    assert bounded(claimed=claimed, received_at=NOW, not_before=NOW - 60 * MINUTE) == recorded


@pytest.mark.parametrize(
    ("starts", "scanned", "other"),
    [
        ("2026-12-04 20:00", "2026-12-04 19:10", False),
        ("2026-12-04 20:00", "2026-12-04 08:00", False),
        ("2026-12-04 20:00", "2026-12-05 01:30", False),  # It runs past midnight.
        ("2026-12-05 00:30", "2026-12-04 23:40", False),  # Doors open before midnight.
        ("2026-12-04 20:00", "2026-12-03 23:59", True),
        ("2026-12-04 20:00", "2026-12-05 19:10", True),
    ],
)
def test_dates_are_those_of_the_venue(starts, scanned, other):
    zone = ZoneInfo("America/New_York")
    starts, scanned = (
        datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)
        for text in (starts, scanned)
    )
    performance = SimpleNamespace(starts_at=starts, venue=SimpleNamespace(zone=zone))
    assert is_on_another_date(performance, scanned) is other
