"""A calendar of dates as tables, one for each month."""

from calendar import Calendar
from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.template.loader import render_to_string
from django.utils.dates import MONTHS, WEEKDAYS_ABBR
from django.utils.formats import date_format


def calendar_of(starts: Iterable[datetime], skipped: Iterable[date] = ()) -> str:
    """Return the months of the starts as safe HTML: a cell has its times, or is marked as skipped.

    Days are those of the starts' own time zone.
    """
    times: dict[date, list[str]] = {}
    for start in sorted(starts):
        times.setdefault(start.date(), []).append(date_format(start, "H:i"))
    left_out = set(skipped)
    weeks = Calendar()
    days = sorted({*times, *left_out})
    months = [month for month, _days in groupby(days, key=lambda day: (day.year, day.month))]
    context: dict[str, Any] = {
        "weekdays": [WEEKDAYS_ABBR[number] for number in weeks.iterweekdays()],
        "months": [
            {
                "title": f"{MONTHS[month]} {year}",
                "weeks": [
                    [_cell(day, month, times, left_out) for day in week]
                    for week in weeks.monthdatescalendar(year, month)
                ],
            }
            for year, month in months
        ],
    }
    return render_to_string("admin/bookings/_calendar.html", context)


def _cell(day: date, month: int, times: dict[date, list[str]], left_out: set[date]) -> Any:
    if day.month != month:
        return None
    return {"day": day.day, "times": times.get(day, []), "is_skipped": day in left_out}
