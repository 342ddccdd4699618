"""At which hours people are written to: not at night, on a clock of their own."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

# Nobody is written to outside these hours, unless it cannot wait.
FROM, UNTIL = time(9), time(21)


def recipient_zone(user, default=None):
    """Return the zone by whose clock the account lives: its own, else `default` or the house's."""
    return (user and user.zone) or default or ZoneInfo(settings.TIME_ZONE)


def next_allowed_time(wanted, zone):
    """Return `wanted`, or nine in the morning after it where that is at night in `zone`."""
    local = wanted.astimezone(zone)
    if FROM <= local.time() < UNTIL:
        return wanted
    day = local.date() + timedelta(days=1 if local.time() >= UNTIL else 0)
    return clock_time(day, FROM, zone)


def clock_time(day, at, zone):
    """Return when the clocks of `zone` show `at` on the day.

    Where they show it twice (in autumn), the first time; where they pass over it (in spring), as
    much later as they are put forward.
    """
    return datetime.combine(day, at, tzinfo=zone)
