"""Which dates and times make sense: those that a calendar in any time zone can show."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

FIRST_YEAR, LAST_YEAR = 1970, 2199


def check_year(moment: date) -> None:
    """Refuse a date, or a date with its time, in a year that nobody means.

    The first and the last year of the calendar overflow as soon as they are told in another time
    zone. Raises `ValidationError`.
    """
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValidationError(year_needed(), code="year")


def year_needed() -> str:
    """Return the sentence that refuses other years."""
    years = {"first": FIRST_YEAR, "last": LAST_YEAR}
    return _("Please give a year from %(first)d to %(last)d.") % years


def moments_at(wall: datetime, zone: ZoneInfo) -> list[datetime]:
    """Return when a clock in `zone` shows `wall` (without a zone): once, twice, or never.

    Twice in the night in which summer time ends, never in the hour that is left out when it begins.
    """
    found: list[datetime] = []
    for fold in (0, 1):
        moment = wall.replace(tzinfo=zone, fold=fold)
        is_shown = moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None, fold=0) == wall
        if is_shown and moment.utcoffset() not in [other.utcoffset() for other in found]:
            found.append(moment)
    return found


def offset_of(moment: datetime) -> str:
    """Write how far a time with its zone is from UTC, such as "+02:00"."""
    text = moment.strftime("%z")
    return f"{text[:3]}:{text[3:5]}"
