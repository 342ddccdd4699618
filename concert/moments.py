"""Which dates and times make sense: those that a calendar in any time zone can show."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

FIRST_YEAR, LAST_YEAR = 1970, 2199


def check_year(moment: date) -> None:
    """Refuse a date, or a date with its time, in a year that nobody means.

    The first and the last year of the calendar overflow as soon as they are told in another time
    zone. Raises `ValidationError`.
    """
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValidationError(
            _("Please give a year from %(first)d to %(last)d.")
            % {"first": FIRST_YEAR, "last": LAST_YEAR},
            code="year",
        )
