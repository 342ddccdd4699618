"""The days on which each venue is in use, so that performances don't overlap."""

from datetime import timedelta


class Calendar:
    def __init__(self):
        self._taken = set()

    def take_day(self, venue, day):
        """Return the first free day of the venue from `day` on, and mark it as used."""
        while (venue.pk, day) in self._taken:
            day += timedelta(days=1)
        self._taken.add((venue.pk, day))
        return day
