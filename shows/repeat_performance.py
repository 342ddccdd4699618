"""Repeat a performance on several dates: all of them at once, or none."""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.datetimes import moments_at
from venues.models import Venue

from .copy_performance import copy_to_dates
from .models import Performance

# At once; each is a row with its prices and its concessions.
MAX_DATES = 200


class CannotRepeat(Exception):
    """The performance cannot be repeated on these dates; `faults` are sentences."""

    def __init__(self, faults: Iterable[str]) -> None:
        super().__init__(faults)
        self.faults = list(faults)

    def __str__(self) -> str:
        return " ".join(self.faults)


def dates_on_weekdays(first: date, last: date, weekdays: Collection[int]) -> list[date]:
    """Return the days from `first` to `last` that fall on `weekdays` (0 is Monday)."""
    span = range((last - first).days + 1)
    days = (first + timedelta(days=number) for number in span)
    return [day for day in days if day.weekday() in weekdays]


def start_times(days: Iterable[date], hours: Collection[time], zone: ZoneInfo) -> list[datetime]:
    """Return the starts at each of `hours` on each of `days`, as local times in `zone`.

    Raises CannotRepeat for a local time that does not exist as the clocks go forward, or that
    occurs twice as they go back.
    """
    starts, faults = [], []
    for day in sorted(set(days)):
        for hour in sorted(set(hours)):
            local = datetime.combine(day, hour)
            found = moments_at(local, zone)
            if not found:
                message = _("%s does not exist, as the clocks go forward.")
                faults.append(message % format_start(local))
            elif len(found) > 1:
                message = _("%s occurs twice, as the clocks go back. Add this one separately.")
                faults.append(message % format_start(local))
            starts += found
    if faults:
        raise CannotRepeat(faults)
    return starts


def repeat_errors(
    performance: Performance, starts: Sequence[datetime], now: datetime | None = None
) -> list[str]:
    """Return why the performance cannot be repeated at `starts`, as sentences; empty if it can."""
    now = now or timezone.now()
    if not starts:
        return [_("Select at least one date.")]
    if len(starts) > MAX_DATES:
        return [
            _("%(n)d dates are too many; at most %(most)d can be created at once.")
            % {"n": len(starts), "most": MAX_DATES}
        ]
    passed = [_("%s is in the past.") % format_start(start) for start in starts if start <= now]
    early = [
        _("%s is before the sale begins.") % format_start(start)
        for start in starts
        if _sale_would_end(performance, start) <= performance.on_sale_from
    ]
    return passed + early + _clashes(performance, starts)


@transaction.atomic
def repeat_performance(
    *, performance: Performance, starts: Sequence[datetime]
) -> list[Performance]:
    """Return drafts of the performance at each of `starts`, with its prices and concessions.

    Locks the venue, so that two people cannot schedule for the same time at once. Raises
    CannotRepeat with all conflicts, and creates nothing then.
    """
    Venue.objects.select_for_update(no_key=True).get(pk=performance.venue_id)
    if faults := repeat_errors(performance, starts):
        raise CannotRepeat(faults)
    return copy_to_dates(performance=performance, starts=sorted(starts))


def format_start(start: datetime) -> str:
    """Format a start with its weekday; the time zone is that of `start`."""
    return date_format(start, "SHORT_DAY_DATETIME")


def _sale_would_end(performance, start):
    until = performance.on_sale_until
    return start + (until - performance.starts_at) if until else start


def _clashes(performance, starts):
    """Return the conflicts with other performances at the venue and among `starts` themselves."""
    zone, lasts = performance.venue.zone, performance.ends_at - performance.starts_at
    # In UTC, so that durations are right when the clocks change.
    starts = sorted(start.astimezone(UTC) for start in starts)
    # No performance lasts longer than a day.
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
            "start": format_start(start.astimezone(zone)),
            "show": other.show.title,
            "hour": date_format(other.starts_at.astimezone(zone), "H:i"),
        }
        for start in starts
        for other in others
        if other.starts_at < start + lasts and start < other.ends_at
    ]
    return faults + [
        _("%(start)s begins before the performance at %(hour)s ends.")
        % {
            "start": format_start(later.astimezone(zone)),
            "hour": date_format(earlier.astimezone(zone), "H:i"),
        }
        for earlier, later in zip(starts, starts[1:], strict=False)
        if later < earlier + lasts
    ]
