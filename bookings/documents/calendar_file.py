"""Create iCalendar files of orders and performances (RFC 5545)."""

from datetime import UTC, date
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from icalendar import Calendar, Event

from core.names import translated_name
from shows.models import Performance

from ..models import LedgerEntry, Order

# Log entries of an order, or of its performance, after which the calendar event differs.
CHANGES = [LedgerEntry.Kind.CANCEL, LedgerEntry.Kind.MOVE]
PERFORMANCE_CHANGES = [LedgerEntry.Kind.CANCEL_PERFORMANCE, LedgerEntry.Kind.RESCHEDULE]
MIME_TYPE = "text/calendar"


def calendar_of(order: Order) -> bytes:
    """Return the order's performance as an iCalendar file, in the order's language.

    The UID never changes and SEQUENCE rises with each change, so that calendars update or remove
    an event they already have. A cancelled order or performance cancels the event. Needs the
    order's performance with its show and venue.
    """
    performance = order.performance
    is_on = not order.is_cancelled and performance.takes_place
    of_performance = _changes_of(performance).filter(at__gte=order.created_at)
    own = LedgerEntry.objects.filter(order=order.reference, kind__in=CHANGES)
    with override(order.language):  # In which the names of seats are stored.
        event = _event(
            performance,
            is_on,
            uid=f"order-{order.reference}",
            sequence=own.count() + of_performance.count(),
            description=_description(order),
            path=order.get_absolute_url(),
        )
    return _calendar(performance, event, is_on)


def calendar_of_performance(performance: Performance) -> bytes:
    """Return a performance as an iCalendar file for everybody, in the language in force.

    As above, its UID never changes, SEQUENCE rises when it is rescheduled or cancelled, and
    cancelling it cancels the event. Needs its show and venue.
    """
    event = _event(
        performance,
        performance.takes_place,
        uid=f"performance-{performance.pk}",
        sequence=_changes_of(performance).count(),
        description="\n".join(_doors(performance)),
        path=performance.get_absolute_url(),
    )
    return _calendar(performance, event, performance.takes_place)


def file_name(order: Order) -> str:
    return f"concert-{order.reference}.ics"


def _calendar(performance: Performance, event: Event, is_on: bool) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Concert//Box office//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH" if is_on else "CANCEL")
    calendar.add_component(event)
    year = performance.starts_at.year
    calendar.add_missing_timezones(first_date=date(year - 1, 1, 1), last_date=date(year + 2, 1, 1))
    return calendar.to_ical()


def _event(
    performance: Performance, is_on: bool, *, uid: str, sequence: int, description: str, path: str
) -> Event:
    venue = performance.venue
    event = Event()
    event.add("uid", f"{uid}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("sequence", sequence)
    event.add("dtstamp", timezone.now())
    event.add("dtstart", _local_time(performance.starts_at, venue))
    event.add("dtend", _local_time(performance.ends_at, venue))
    event.add("summary", performance.show.title)
    event.add("location", ", ".join([venue.name, venue.address, translated_name(venue.city)]))
    event.add("status", "CONFIRMED" if is_on else "CANCELLED")
    if description:
        event.add("description", description)
    event.add("url", f"{settings.SITE_URL}{path}")
    return event


def _local_time(moment, venue):
    """Return the venue's local time, or UTC for the second occurrence of a repeated local time.

    An ambiguous local time means its first occurrence (RFC 5545, 3.3.5).
    """
    local = moment.astimezone(venue.zone)
    return moment.astimezone(UTC) if local.fold else local


def _changes_of(performance: Performance) -> Any:
    """Return the log entries after which the event of the performance differs."""
    return LedgerEntry.objects.filter(
        performance=performance.pk, order="", kind__in=PERFORMANCE_CHANGES
    )


def _description(order):
    """Return reference, doors and seats; not the order's key, because calendars are shared."""
    lines = [_("Order %s") % order.reference, *_doors(order.performance)]
    lines += [ticket.label for ticket in order.tickets.valid().order_by("place_id")]
    return "\n".join(lines)


def _doors(performance: Performance) -> list[str]:
    doors = performance.doors_at
    return [_("Doors %s") % f"{doors.astimezone(performance.venue.zone):%H:%M}"] if doors else []
