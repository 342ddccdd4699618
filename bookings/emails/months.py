"""Calendar months, by the clock of whoever reads about them."""

from dataclasses import dataclass
from datetime import date, time, timedelta

from django.utils.formats import date_format

from emails.quiet_hours import clock_time


@dataclass(frozen=True, order=True)
class Month:
    year: int
    number: int

    @classmethod
    def before(cls, day):
        """Return the month before the one that has `day`."""
        last = day.replace(day=1) - timedelta(days=1)
        return cls(last.year, last.month)

    @classmethod
    def read(cls, text):
        """Return the month that `str` wrote, such as "2026-10"."""
        year, _dash, number = text.partition("-")
        return cls(int(year), int(number))

    def __str__(self):
        return f"{self.year:04}-{self.number:02}"

    @property
    def first_day(self):
        return date(self.year, self.number, 1)

    @property
    def next(self):
        after = self.first_day + timedelta(days=31)
        return Month(after.year, after.month)

    def begins(self, zone):
        """Return the instant at which it begins in the zone."""
        return clock_time(self.first_day, time(0), zone)

    def ends(self, zone):
        return self.next.begins(zone)

    @property
    def title(self):
        """Return its name in the language of the page or letter: "October 2026"."""
        return date_format(self.first_day, "YEAR_MONTH_FORMAT")
