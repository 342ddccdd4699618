"""The dates of a show as a calendar: one month of it."""

from calendar import Calendar
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from string import ascii_uppercase

from django.utils.formats import get_format

from venues.models import Venue

from .models import Performance
from .online_sales import online_state

# From so many dates on, a calendar is easier to read than a list.
MANY = 10


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the table. Those of other months have no performances."""

    date: date
    is_in_month: bool
    performances: Sequence[Performance]


@dataclass(frozen=True, slots=True)
class Month:
    """A month in which a show has dates, with the months before and after it that have some."""

    first: date
    weeks: Sequence[Sequence[Day]]
    performances: Sequence[Performance]
    previous: date | None
    following: date | None

    @property
    def venues(self) -> list[Venue]:
        return list({each.venue_id: each.venue for each in self.performances}.values())

    @property
    def venue_signs(self) -> list[tuple[str, Venue]]:
        """Its venues with the letter that stands for each on a phone."""
        return list(zip(ascii_uppercase, self.venues, strict=False))

    @property
    def has_several_zones(self) -> bool:
        return len(self.zone_names) > 1

    @property
    def zone_names(self) -> list[str]:
        """The names of the time zones of its performances, such as CET and CEST."""
        starts = (each.starts_at.astimezone(each.venue.zone) for each in self.performances)
        return list({f"{start:%Z}": start for start in starts})

    @property
    def start_times(self) -> list[tuple[str, list[datetime]]]:
        """The times at which its performances begin, the earliest first, with their starts.

        Each has the name of its zone if the performances have several.
        """
        name = "%H:%M %Z" if self.has_several_zones else "%H:%M"
        found = defaultdict(list)
        for each in self.performances:
            start = each.starts_at.astimezone(each.venue.zone)
            found[f"{start:{name}}"].append(start)
        return sorted(found.items())

    @property
    def states(self) -> list[Performance.SaleState]:
        """The states of its performances for customers, in the order of their definition."""
        found = {online_state(performance) for performance in self.performances}
        return [state for state in Performance.SaleState if state in found]


def month_of(performances: Sequence[Performance], wanted: str) -> Month | None:
    """Return the month `wanted` ("2026-12"), or None if no performance is in it.

    The days are those of the venues, which must be loaded. There must be a performance.
    """
    by_day = defaultdict(list)
    for performance in performances:
        by_day[local_date(performance)].append(performance)
    months = sorted({day.replace(day=1) for day in by_day})
    first = next((month for month in months if f"{month:%Y-%m}" == wanted), None)
    if first is None:
        return None
    weeks = Calendar((get_format("FIRST_DAY_OF_WEEK") - 1) % 7)
    at = months.index(first)
    return Month(
        first=first,
        weeks=[
            [_day(day, first, by_day) for day in week]
            for week in weeks.monthdatescalendar(first.year, first.month)
        ],
        performances=[
            performance
            for day in sorted(by_day)
            if day.replace(day=1) == first
            for performance in by_day[day]
        ],
        previous=months[at - 1] if at else None,
        following=months[at + 1] if at + 1 < len(months) else None,
    )


def local_date(performance: Performance) -> date:
    """Return the day of the start at the venue."""
    return performance.starts_at.astimezone(performance.venue.zone).date()


def _day(day: date, first: date, by_day: dict[date, list[Performance]]) -> Day:
    is_in_month = day.month == first.month
    return Day(day, is_in_month, by_day.get(day, ()) if is_in_month else ())
