"""The time of a scan, and whether it is on the date of the performance."""

from datetime import datetime, timedelta

from shows.models import Performance

# A device may be offline for a whole festival weekend. Older times come from a wrong clock.
MAX_AGE = timedelta(hours=72)
# Tickets are valid from midnight before the performance, or six hours before one that starts soon
# after midnight, until it has certainly ended.
EARLY, LATE = timedelta(hours=6), timedelta(hours=8)


def corrected_time(
    *, scanned_at: int | None, sent_at: int | None, now: datetime
) -> datetime | None:
    """Return when a device made a scan, by the server's clock, or None if it did not say.

    Both times are milliseconds by the device's clock. Only their difference counts, so that a wrong
    clock does no harm.
    """
    if scanned_at is None or sent_at is None:
        return None
    return now - timedelta(milliseconds=sent_at - scanned_at)


def bounded(*, claimed: datetime | None, received_at: datetime, not_before: datetime) -> datetime:
    """Return the time to record for a scan: the claimed one if it is possible.

    A time after the scan was received, or more than `MAX_AGE` before it, is replaced by the time
    at which it was received. A ticket cannot have been scanned before it existed (`not_before`).
    """
    if claimed is None or not received_at - MAX_AGE <= claimed <= received_at:
        return received_at
    return min(max(claimed, not_before), received_at)


def is_on_another_date(performance: Performance, at: datetime) -> bool:
    """Return whether a time is not on the date of a performance, in its venue's time zone."""
    starts = performance.starts_at.astimezone(performance.venue.zone)
    midnight = starts.replace(hour=0, minute=0, second=0, microsecond=0)
    first = min(midnight, performance.starts_at - EARLY)
    return not first <= at <= performance.starts_at + LATE
