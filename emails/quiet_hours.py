"""At which hours e-mails that can wait are sent: not at night, by the recipient's clock."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from accounts.models import User

# What can wait is sent between these hours only.
FROM, UNTIL = time(9), time(21)


def recipient_zone(user: User | None, default: ZoneInfo | None = None) -> ZoneInfo:
    """Return the time zone of the account; `default`, or else the site's, if it has none."""
    return (user and user.zone) or default or ZoneInfo(settings.TIME_ZONE)


def next_allowed_time(wanted: datetime, zone: ZoneInfo) -> datetime:
    """Return `wanted`, or nine o'clock on the morning after if that is at night in `zone`."""
    local = wanted.astimezone(zone)
    if FROM <= local.time() < UNTIL:
        return wanted
    day = local.date() + timedelta(days=1 if local.time() >= UNTIL else 0)
    return clock_time(day, FROM, zone)


def clock_time(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return when the clocks of `zone` show `at` on the day.

    Where they show it twice (in autumn), the first time; where they skip it (in spring), as much
    later as they are put forward.
    """
    return datetime.combine(day, at, tzinfo=zone)
