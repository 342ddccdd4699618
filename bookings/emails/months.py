"""Calendar months in a time zone."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from django.utils.formats import date_format

from emails.quiet_hours import clock_time


@dataclass(frozen=True, order=True)
class Month:
    year: int
    number: int

    @classmethod
    def before(cls, day: date) -> Self:
        """Return the month before the month of `day`."""
        last = day.replace(day=1) - timedelta(days=1)
        return cls(last.year, last.month)

    @classmethod
    def read(cls, text: str) -> Self:
        """Return the month from its text, such as "2026-10"."""
        year, _dash, number = text.partition("-")
        return cls(int(year), int(number))

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    @property
    def first_day(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def next(self) -> "Month":
        after = self.first_day + timedelta(days=31)
        return Month(after.year, after.month)

    def begins(self, zone: ZoneInfo) -> datetime:
        """Return the time at which the month begins in the time zone."""
        return clock_time(self.first_day, time(0), zone)

    def ends(self, zone: ZoneInfo) -> datetime:
        return self.next.begins(zone)

    @property
    def title(self) -> str:
        """Return its name in the active language: "October 2026"."""
        return date_format(self.first_day, "YEAR_MONTH_FORMAT")
