"""Hours in which optional e-mails are sent: by day, in the recipient's time zone."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from accounts.models import User
from organisation.current import current_organisation

# Optional e-mails are sent between these hours.
FROM, UNTIL = time(9), time(21)


def recipient_zone(user: User | None, default: ZoneInfo | None = None) -> ZoneInfo:
    """Return the time zone of the account; if it has none, `default` or else the organisation's."""
    return (user and user.zone) or default or current_organisation().zone


def next_allowed_time(wanted: datetime, zone: ZoneInfo) -> datetime:
    """Return `wanted`, or 9:00 on the next morning if that is at night in `zone`."""
    local = wanted.astimezone(zone)
    if FROM <= local.time() < UNTIL:
        return wanted
    day = local.date() + timedelta(days=1 if local.time() >= UNTIL else 0)
    return clock_time(day, FROM, zone)


def clock_time(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the time at which clocks in `zone` show `at` on the day.

    An ambiguous local time means its first occurrence. A time skipped in spring is later by the
    skipped hour.
    """
    return datetime.combine(day, at, tzinfo=zone)
