"""Reminders: a letter to each holder of tickets about a day before a performance, and one when
there are two hours left.

Beat asks every ten minutes, perhaps twice at once, perhaps after a long sleep. What has been owed
is known by the letter's key ("reminder:<reference>:<day>", "reminder-soon:<reference>:<day>"), so
none is owed twice for a day; what was missed is made up for until shortly before the start. One
that is moved to another day is reminded of afresh. Both are letters of one kind: whoever refuses
reminders gets neither.
"""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from emails.consents import opted_out_addresses
from emails.outbox import enqueue_emails
from emails.quiet_hours import next_allowed_time
from shows.models import Performance

from ..models import Order

REMINDER = "reminder"
SOON = "reminder-soon"
BEFORE = timedelta(hours=24)
# So shortly before the start a letter comes too late to be read.
AT_LEAST = timedelta(hours=2)
# Later than this, people are on their way already.
SOON_AT_LEAST = timedelta(minutes=20)
BATCH = 500


def enqueue_reminders(now=None):
    """Owe a reminder for each paid order of what starts within a day; return how many.

    Those who have refused reminders are passed over, here and again when the letter is written, and
    so is an order whose tickets have been cancelled by then. Each batch is four statements; several
    runs may go on at once.
    """
    now = now or timezone.now()
    return sum(
        _remind(performance, due_time(performance.starts_at, performance.venue.zone, now), REMINDER)
        for performance in _starting(now + AT_LEAST, now + BEFORE)
    )


def enqueue_final_reminders(now=None):
    """Owe the second reminder for each paid order of what starts within two hours; return how many.

    Due at once, whatever the hour: whoever holds tickets for one in the night is awake by then.
    Otherwise as `enqueue_reminders`.
    """
    now = now or timezone.now()
    return sum(
        _remind(performance, now, SOON)
        for performance in _starting(now + SOON_AT_LEAST, now + AT_LEAST)
    )


def due_time(starts_at, zone, now):
    """Return when to send the reminder of what starts at `starts_at` in the venue's `zone`.

    A day before, or now if that has passed, put off to nine in the morning if it is night there;
    but at night rather than too late.
    """
    wanted = max(starts_at - BEFORE, now)
    morning = next_allowed_time(wanted, zone)
    return morning if morning <= starts_at - AT_LEAST else wanted


def day_of(performance):
    """Return the day of a performance by the calendar of its venue, as letters about it keep it."""
    return performance.starts_at.astimezone(performance.venue.zone).date().isoformat()


def _starting(after, until):
    performances = Performance.objects.taking_place()
    return performances.filter(starts_at__gt=after, starts_at__lte=until).select_related("venue")


def _remind(performance, due_at, name):
    owed, after, day = 0, ("", 0), day_of(performance)
    while orders := _batch(performance, after, name, day):
        refused = opted_out_addresses(kind=REMINDER, emails=[order.email for order in orders])
        wanted = [order for order in orders if order.email not in refused]
        enqueue_emails([_letter(order, due_at, name, day) for order in wanted])
        owed += len(wanted)
        after = (orders[-1].email, orders[-1].pk)
    return owed


def _batch(performance, after, name, day):
    """The next orders of the performance by address, which an index has in this order."""
    email, pk = after
    orders = Order.objects.paid().filter(performance=performance).without_email(name, day)
    further = orders.filter(Q(email__gt=email) | Q(email=email, pk__gt=pk))
    return list(further.order_by("email", "pk").select_related("user")[:BATCH])


def _letter(order, due_at, name, day):
    return {
        "kind": REMINDER,
        "key": f"{name}:{order.reference}:{day}",
        "to": order.email,
        "user": order.user,
        "language": order.language,
        "about": {"order": order.reference, "day": day},
        "due_at": due_at,
    }
