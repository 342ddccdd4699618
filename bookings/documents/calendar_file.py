"""Create the iCalendar file of an order (RFC 5545)."""

from datetime import UTC, date
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from ..models import LedgerEntry, Order

# Log entries of an order, or of its performance, after which the calendar event differs.
CHANGES = [LedgerEntry.Kind.CANCEL, LedgerEntry.Kind.MOVE]
PERFORMANCE_CHANGES = [LedgerEntry.Kind.CANCEL_PERFORMANCE, LedgerEntry.Kind.RESCHEDULE]
MIME_TYPE = "text/calendar"


def calendar_of(order: Order) -> bytes:
    """Return the order's performance as an iCalendar file, in the language in force.

    The UID never changes and SEQUENCE rises with each change, so that calendars update or remove
    an event they already have. A cancelled order or performance cancels the event. Needs the
    order's performance with its show and venue.
    """
    is_on = not order.is_cancelled and order.performance.takes_place
    calendar = Calendar()
    calendar.add("prodid", "-//Concert//Box office//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH" if is_on else "CANCEL")
    calendar.add_component(_event(order, is_on))
    year = order.performance.starts_at.year
    calendar.add_missing_timezones(first_date=date(year - 1, 1, 1), last_date=date(year + 2, 1, 1))
    return calendar.to_ical()


def file_name(order: Order) -> str:
    return f"concert-{order.reference}.ics"


def _event(order, is_on):
    performance, venue = order.performance, order.performance.venue
    event = Event()
    event.add("uid", f"order-{order.reference}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("sequence", _sequence(order))
    event.add("dtstamp", timezone.now())
    event.add("dtstart", _local_time(performance.starts_at, venue))
    event.add("dtend", _local_time(performance.ends_at, venue))
    event.add("summary", performance.show.title)
    event.add("location", ", ".join([venue.name, venue.address, venue.city]))
    event.add("status", "CONFIRMED" if is_on else "CANCELLED")
    event.add("description", _description(order))
    event.add("url", f"{settings.SITE_URL}{order.get_absolute_url()}")
    return event


def _local_time(moment, venue):
    """Return the venue's local time, or UTC for the second occurrence of a repeated local time.

    An ambiguous local time means its first occurrence (RFC 5545, 3.3.5).
    """
    local = moment.astimezone(venue.zone)
    return moment.astimezone(UTC) if local.fold else local


def _sequence(order):
    own = LedgerEntry.objects.filter(order=order.reference, kind__in=CHANGES)
    of_performance = LedgerEntry.objects.filter(
        performance=order.performance_id,
        order="",
        kind__in=PERFORMANCE_CHANGES,
        at__gte=order.created_at,
    )
    return own.count() + of_performance.count()


def _description(order):
    """Return reference, doors and seats; not the order's key, because calendars are shared."""
    lines = [_("Order %s") % order.reference]
    doors = order.performance.doors_at
    if doors:
        lines.append(_("Doors %s") % f"{doors.astimezone(order.performance.venue.zone):%H:%M}")
    lines += [ticket.label for ticket in order.tickets.valid().order_by("place_id")]
    return "\n".join(lines)
