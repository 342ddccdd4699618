"""Valid dates and times: years that every time zone can show, and ambiguous local times."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

FIRST_YEAR, LAST_YEAR = 1970, 2199


def check_year(moment: date) -> None:
    """Raise ValidationError for a date or datetime outside FIRST_YEAR to LAST_YEAR.

    Python's first and last year overflow when converted to another time zone.
    """
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValidationError(year_needed(), code="year")


def year_needed() -> str:
    """Return the error message for other years."""
    years = {"first": FIRST_YEAR, "last": LAST_YEAR}
    return _("Enter a year from %(first)d to %(last)d.") % years


def moments_at(wall: datetime, zone: ZoneInfo) -> list[datetime]:
    """Return the moments at which a clock in `zone` shows `wall` (a naive datetime).

    Two in the hour in which daylight saving time ends, none in the hour skipped when it begins.
    """
    found: list[datetime] = []
    for fold in (0, 1):
        moment = wall.replace(tzinfo=zone, fold=fold)
        is_shown = moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None, fold=0) == wall
        if is_shown and moment.utcoffset() not in [other.utcoffset() for other in found]:
            found.append(moment)
    return found


def offset_of(moment: datetime) -> str:
    """Return the UTC offset of an aware datetime, such as "+02:00"."""
    text = moment.strftime("%z")
    return f"{text[:3]}:{text[3:5]}"
