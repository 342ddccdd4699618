"""Which days of each venue are taken, so that no two shows meet in one hall."""

from datetime import date, timedelta

from venues.models import Venue


class Calendar:
    def __init__(self) -> None:
        self._taken: set[tuple[int, date]] = set()

    def take_day(self, venue: Venue, day: date) -> date:
        """Return the first day from `day` on that the venue has free, and take it."""
        while (venue.pk, day) in self._taken:
            day += timedelta(days=1)
        self._taken.add((venue.pk, day))
        return day
