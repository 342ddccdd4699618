"""When a scan was made, and whether that is a time at which its performance takes place."""

from datetime import datetime, timedelta

from shows.models import Performance

# A device is without a connection for an evening, or for a festival's weekend. What claims to be
# older comes from a clock that was set wrong.
MAX_AGE = timedelta(hours=72)
# People may be let in from midnight before the performance, and six hours before one that starts
# soon after midnight, until it is certainly over.
EARLY, LATE = timedelta(hours=6), timedelta(hours=8)


def corrected_time(
    *, scanned_at: int | None, sent_at: int | None, now: datetime
) -> datetime | None:
    """Return when a device made a scan, by our clock, or None where it does not say.

    Both times are milliseconds by the device's clock. Only the time between them counts, so that
    a clock that is wrong by hours does no harm.
    """
    if scanned_at is None or sent_at is None:
        return None
    return now - timedelta(milliseconds=sent_at - scanned_at)


def bounded(*, claimed: datetime | None, received_at: datetime, not_before: datetime) -> datetime:
    """Return the time to record for a scan: the claimed one if it can be true.

    A time after the scan was received, or more than `MAX_AGE` before it, is replaced by the time
    at which it was received. A ticket cannot have been scanned before it existed (`not_before`).
    """
    if claimed is None or not received_at - MAX_AGE <= claimed <= received_at:
        return received_at
    return min(max(claimed, not_before), received_at)


def is_on_another_date(performance: Performance, at: datetime) -> bool:
    """Return whether a time is not on the date of a performance, by the clock of its venue."""
    starts = performance.starts_at.astimezone(performance.venue.zone)
    midnight = starts.replace(hour=0, minute=0, second=0, microsecond=0)
    first = min(midnight, performance.starts_at - EARLY)
    return not first <= at <= performance.starts_at + LATE
