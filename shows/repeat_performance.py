"""Repeating a performance over dates: every evening of a run at once, or none of them."""

from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.datetimes import moments_at
from venues.models import Venue

from .copy_performance import copy_to_dates
from .models import Performance

# So many at once, of which each is a row, its prices and its concessions.
MAX_DATES = 200


class CannotRepeat(Exception):
    """Not on these dates; `faults` are sentences, one for each reason."""

    def __init__(self, faults):
        super().__init__(faults)
        self.faults = faults

    def __str__(self):
        return " ".join(self.faults)


def dates_on_weekdays(first, last, weekdays):
    """Return the days from `first` to `last` that fall on `weekdays` (0 is Monday)."""
    span = range((last - first).days + 1)
    days = (first + timedelta(days=number) for number in span)
    return [day for day in days if day.weekday() in weekdays]


def start_times(days, hours, zone):
    """Return when it would start: at each of `hours` on each of `days`, on the clock of `zone`.

    Raises CannotRepeat for an hour that the clock leaves out, in the night when summer time begins,
    or shows twice, in the night when it ends.
    """
    starts, faults = [], []
    for day in sorted(set(days)):
        for hour in sorted(set(hours)):
            wall = datetime.combine(day, hour)
            found = moments_at(wall, zone)
            if not found:
                faults.append(_("There is no such hour: %s.") % told(wall))
            elif len(found) > 1:
                words = _("%s comes twice, as the clocks go back: make this one by itself.")
                faults.append(words % told(wall))
            starts += found
    if faults:
        raise CannotRepeat(faults)
    return starts


def repeat_errors(performance, starts, now=None):
    """Return why the performance cannot be repeated at `starts`, as sentences; empty if it can."""
    now = now or timezone.now()
    if not starts:
        return [_("These are no dates at all.")]
    if len(starts) > MAX_DATES:
        return [
            _("These are %(n)d; %(most)d can be made at once.")
            % {"n": len(starts), "most": MAX_DATES}
        ]
    passed = [_("%s has passed already.") % told(start) for start in starts if start <= now]
    early = [
        _("%s is before the sale begins.") % told(start)
        for start in starts
        if _sale_would_end(performance, start) <= performance.on_sale_from
    ]
    return passed + early + _clashes(performance, starts)


@transaction.atomic
def repeat_performance(*, performance, starts):
    """Return drafts of the performance at each of `starts`, with its prices and concessions.

    Locks the venue, so that two of the staff cannot fill the same evening. All of them are made or
    none: raises CannotRepeat with everything that is in the way.
    """
    Venue.objects.select_for_update(no_key=True).get(pk=performance.venue_id)
    if faults := repeat_errors(performance, starts):
        raise CannotRepeat(faults)
    return copy_to_dates(performance=performance, starts=sorted(starts))


def told(start):
    """Write a start as the venue's calendar does."""
    return date_format(start, "D j M Y, H:i")


def _sale_would_end(performance, start):
    until = performance.on_sale_until
    return start + (until - performance.starts_at) if until else start


def _clashes(performance, starts):
    """What plays at the venue at the same time, and which of `starts` are too close together."""
    zone, lasts = performance.venue.zone, performance.ends_at - performance.starts_at
    # In UTC, so that an hour lasts an hour also in the night in which the clocks change.
    starts = sorted(start.astimezone(UTC) for start in starts)
    # Nothing that began a day earlier is still playing.
    others = list(
        Performance.objects.taking_place()
        .filter(
            venue=performance.venue_id,
            starts_at__gt=starts[0] - timedelta(days=1),
            starts_at__lt=starts[-1] + lasts,
        )
        .select_related("show")
    )
    faults = [
        _("%(start)s clashes with %(show)s at %(hour)s.")
        % {
            "start": told(start.astimezone(zone)),
            "show": other.show.title,
            "hour": date_format(other.starts_at.astimezone(zone), "H:i"),
        }
        for start in starts
        for other in others
        if other.starts_at < start + lasts and start < other.ends_at
    ]
    return faults + [
        _("%(start)s would begin before that of %(hour)s is over.")
        % {
            "start": told(later.astimezone(zone)),
            "hour": date_format(earlier.astimezone(zone), "H:i"),
        }
        for earlier, later in zip(starts, starts[1:], strict=False)
        if later < earlier + lasts
    ]
