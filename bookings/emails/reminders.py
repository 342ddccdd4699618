"""Enqueue reminders: one about a day before a performance, and one two hours before.

Runs every ten minutes, possibly twice at once or after an outage. The e-mail's key
("reminder:<reference>:<day>", "reminder-soon:<reference>:<day>") makes sure that each is enqueued
once for a day; missed ones are enqueued until shortly before the start. A performance that is
rescheduled to another day gets new reminders. Both are one kind of e-mail for unsubscribing.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone

from emails.consents import opted_out_addresses
from emails.outbox import enqueue_emails
from emails.quiet_hours import next_allowed_time
from shows.models import Performance

from ..models import Order
from ..order_emails import order_email

REMINDER = "reminder"
SOON = "reminder-soon"
BEFORE = timedelta(hours=24)
# The first reminder is not sent later than this before the start.
AT_LEAST = timedelta(hours=2)
# The second is not sent later than this before the start.
SOON_AT_LEAST = timedelta(minutes=20)
BATCH = 500


def enqueue_reminders(now: datetime | None = None) -> int:
    """Enqueue a reminder for each paid order of performances within a day; return how many.

    Customers who have unsubscribed are skipped, here and again when the e-mail is rendered, and so
    are orders that are cancelled by then. Each batch is four statements. Several runs can happen
    at once.
    """
    now = now or timezone.now()
    return sum(
        _remind(performance, due_time(performance.starts_at, performance.venue.zone, now), REMINDER)
        for performance in _starting(now + AT_LEAST, now + BEFORE)
    )


def enqueue_final_reminders(now: datetime | None = None) -> int:
    """Enqueue the second reminder for performances within two hours; return how many.

    Due at once, also at night. Otherwise as `enqueue_reminders`.
    """
    now = now or timezone.now()
    return sum(
        _remind(performance, now, SOON)
        for performance in _starting(now + SOON_AT_LEAST, now + AT_LEAST)
    )


def due_time(starts_at: datetime, zone: ZoneInfo, now: datetime) -> datetime:
    """Return when to send the reminder of a performance in the venue's time zone.

    A day before, or now if that has passed; at night in `zone` put off until the morning, unless
    that would be too late.
    """
    wanted = max(starts_at - BEFORE, now)
    morning = next_allowed_time(wanted, zone)
    return morning if morning <= starts_at - AT_LEAST else wanted


def day_of(performance: Performance) -> str:
    """Return the performance's date in its venue's time zone, as ISO text."""
    return performance.starts_at.astimezone(performance.venue.zone).date().isoformat()


def _starting(after, until):
    performances = Performance.objects.taking_place()
    return performances.filter(starts_at__gt=after, starts_at__lte=until).select_related("venue")


def _remind(performance, due_at, name):
    count, after, day = 0, ("", 0), day_of(performance)
    while orders := _batch(performance, after, name, day):
        refused = opted_out_addresses(kind=REMINDER, emails=[order.email for order in orders])
        wanted = [order for order in orders if order.email not in refused]
        enqueue_emails(
            [
                order_email(
                    order, REMINDER, key=f"{name}:{order.reference}:{day}", due_at=due_at, day=day
                )
                for order in wanted
            ]
        )
        count += len(wanted)
        after = (orders[-1].email, orders[-1].pk)
    return count


def _batch(performance, after, name, day):
    """Return the next orders of the performance by address, the order of an index."""
    email, pk = after
    orders = Order.objects.paid().filter(performance=performance).without_email(name, day)
    further = orders.filter(Q(email__gt=email) | Q(email=email, pk__gt=pk))
    return list(further.order_by("email", "pk").select_related("user")[:BATCH])
