"""Lists of a performance for the door: names, pick-up, access needs, no-shows, attendance.

They contain names and seats but no addresses, which door staff must not see.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from anyascii import anyascii
from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from bookings.models import Order, Ticket
from bookings.sale.answers import order_answers
from core.annotations import Text
from core.money import money
from core.names import translated_name
from core.percentages import format_percent
from shows.models import Performance, Question
from shows.questions import all_questions
from venues.drawing import drawing_of
from venues.models import Seat

from .models import CheckIn

ACCESS_KINDS: dict[str, Text] = {
    Seat.Kind.WHEELCHAIR.value: gettext_lazy("wheelchair space"),
    Seat.Kind.COMPANION.value: gettext_lazy("companion seat"),
}


@dataclass(frozen=True)
class Table:
    """A part of a list. `widths` are the columns' shares of the page; a bold row is a total."""

    headings: Sequence[str]
    widths: Sequence[int]
    rows: Sequence[Sequence[Any]]
    has_total: bool = False


@dataclass(frozen=True)
class DoorList:
    """A list to show, print or save: its title, one line about it, and its tables."""

    title: str
    summary: str
    tables: Sequence[Table]


def name_order(name: str) -> tuple[str, str]:
    """Return the key that sorts names as on a paper list: by the last word, without accents."""
    plain = anyascii(name).casefold().split()
    return (plain[-1] if plain else "", " ".join(plain))


def names_list(performance: Performance) -> DoorList:
    """Return all valid tickets by the name of their holder. Two queries."""
    rows = [
        (_name(ticket), ticket.label, _concession(ticket), ticket.order.reference, _mark(ticket))
        for ticket in _by_name(_tickets(performance))
    ]
    headings = [_("Name"), _("Seat"), _("Concession"), _("Order"), _("Inside")]
    return DoorList(
        _("Door list"), _tickets_text(len(rows)), [Table(headings, [5, 6, 3, 2, 2], rows)]
    )


def pick_up_list(performance: Performance) -> DoorList:
    """Return the orders by the name of their customer, with what is still to be paid.

    Paid orders, and those reserved for a later payment. Two queries.
    """
    now = timezone.now()
    orders = Order.objects.keeping_places(now).filter(performance=performance, quantity__gt=0)
    valid = Prefetch("tickets", Ticket.objects.valid().order_by("place_id"), to_attr="valid")
    listed: list[Any] = sorted(orders.prefetch_related(valid), key=lambda one: name_order(one.name))
    rows = [
        (
            order.name,
            order.quantity,
            _joined(_seats_of(order)),
            order.reference,
            money(order.total, order.currency) if order.is_reserved else "",
            "☐",
        )
        for order in listed
    ]
    headings = [_("Name"), _("Tickets"), _("Seats"), _("Order"), _("To pay"), _("Picked up")]
    text = ngettext("%d order", "%d orders", len(rows)) % len(rows)
    return DoorList(_("Pick-up list"), text, [Table(headings, [5, 2, 8, 2, 2, 2], rows)])


def access_list(performance: Performance) -> DoorList:
    """Return wheelchair spaces, companion seats and stated access needs, by name. Two queries."""
    seats = drawing_of(performance.plan_id).seats
    rows = []
    for ticket in _by_name(_tickets(performance)):
        seat = seats.get(ticket.place.seat_id) if ticket.place.seat_id else None
        kind = ACCESS_KINDS.get(seat.kind) if seat else None
        needs = "; ".join(filter(None, [str(kind or ""), _stated_needs(ticket)]))
        if needs:
            rows.append((_name(ticket), ticket.label, needs, ticket.order.reference, _mark(ticket)))
    headings = [_("Name"), _("Seat"), _("Access needs"), _("Order"), _("Inside")]
    table = Table(headings, [5, 6, 5, 2, 2], rows)
    return DoorList(_("Access list"), _tickets_text(len(rows)), [table])


def no_show_list(performance: Performance) -> DoorList:
    """Return the valid tickets that nobody has checked in, by name. Two queries."""
    tickets = [ticket for ticket in _by_name(_tickets(performance)) if not _check_in(ticket)]
    rows = [
        (_name(ticket), ticket.label, _concession(ticket), ticket.order.reference)
        for ticket in tickets
    ]
    headings = [_("Name"), _("Seat"), _("Concession"), _("Order")]
    return DoorList(_("No-shows"), _tickets_text(len(rows)), [Table(headings, [5, 6, 3, 2], rows)])


def attendance_report(performance: Performance) -> DoorList:
    """Return sold and admitted tickets by section, category, concession and time. Two queries."""
    tickets = list(_tickets(performance).select_related("place__section"))
    inside = [ticket for ticket in tickets if _check_in(ticket)]
    groups: list[tuple[str, Callable[[Ticket], str]]] = [
        (_("Section"), lambda ticket: ticket.place.section.name),
        (_("Category"), lambda ticket: ticket.category),
        (_("Concession"), lambda ticket: _concession(ticket) or _("Full price")),
    ]
    tables = [_counted(heading, key, tickets, inside) for heading, key in groups]
    tables.append(_by_time(inside))
    summary = _("%(inside)d of %(sold)d admitted (%(rate)s)") % {
        "inside": len(inside),
        "sold": len(tickets),
        "rate": _rate(len(inside), len(tickets)),
    }
    return DoorList(_("Attendance"), summary, tables)


LISTS: dict[str, tuple[Text, Callable[[Performance], DoorList]]] = {
    "names": (gettext_lazy("Door list"), names_list),
    "pick-up": (gettext_lazy("Pick-up list"), pick_up_list),
    "access": (gettext_lazy("Access list"), access_list),
    "no-shows": (gettext_lazy("No-shows"), no_show_list),
    "attendance": (gettext_lazy("Attendance"), attendance_report),
}


def _tickets(performance: Performance) -> QuerySet[Ticket]:
    live = Prefetch("check_ins", CheckIn.objects.live(), to_attr="live_check_ins")
    tickets = Ticket.objects.valid().filter(performance=performance)
    return tickets.select_related("order", "place").prefetch_related(live).order_by("place_id")


def _by_name(tickets: Iterable[Ticket]) -> list[Ticket]:
    return sorted(tickets, key=lambda ticket: (*name_order(_name(ticket)), ticket.place_id))


def _name(ticket: Ticket) -> str:
    return ticket.holder or ticket.order.name


def _check_in(ticket: Any) -> CheckIn | None:
    return ticket.live_check_ins[0] if ticket.live_check_ins else None


def _mark(ticket: Ticket) -> str:
    """Return the time of the check-in, or an empty box to tick on paper."""
    found = _check_in(ticket)
    return date_format(timezone.localtime(found.at), "TIME_FORMAT") if found else "☐"


def _concession(ticket: Ticket) -> str:
    return translated_name(ticket.concession)


def _seats_of(order: Any) -> list[str]:
    if order.is_reserved:
        return [line["label"] for line in order.quote]
    return [ticket.label for ticket in order.valid]


def _joined(labels: Iterable[str]) -> str:
    """Return seats as short as a list needs them: "Stalls, row A, seat 7, 8; 4 × Floor, standing".

    Standing places, which have the same label, are counted; seats of a row share its name.
    """
    rows: dict[str, list[str]] = {}
    for label, count in Counter(labels).items():
        row, _space, seat = label.rpartition(" ")
        if count > 1:
            rows[f"{count} × {label}"] = []
        elif any(map(str.isdigit, seat)):
            rows.setdefault(row, []).append(seat)
        else:
            rows[label] = []
    return "; ".join(f"{row} {', '.join(seats)}".strip() for row, seats in rows.items())


def _stated_needs(ticket: Ticket) -> str:
    """Return what was answered to questions about access, for the order and for the ticket."""
    details = order_answers(ticket.order.details) | ticket.details
    asked = all_questions() if details else {}
    return "; ".join(
        asked[name].text_of(text)
        for name, text in details.items()
        if name in asked and asked[name].kind == Question.Kind.ACCESS
    )


def _tickets_text(number: int) -> str:
    return ngettext("%d ticket", "%d tickets", number) % number


def _counted(
    heading: str,
    key: Callable[[Ticket], str],
    tickets: Sequence[Ticket],
    inside: Sequence[Ticket],
) -> Table:
    sold, admitted = Counter(map(key, tickets)), Counter(map(key, inside))
    rows = [
        (name, number, admitted[name], number - admitted[name], _rate(admitted[name], number))
        for name, number in sold.items()
    ]
    total = (len(tickets), len(inside), len(tickets) - len(inside))
    rows.append((pgettext("number", "Total"), *total, _rate(len(inside), len(tickets))))
    headings = [heading, _("Sold"), _("Admitted"), _("No-shows"), pgettext("attendance", "Rate")]
    return Table(headings, [6, 2, 2, 2, 2], rows, has_total=True)


def _by_time(inside: Sequence[Ticket]) -> Table:
    """Return how many were admitted in each quarter of an hour."""
    quarters = Counter(
        _quarter(found.at) for ticket in inside if (found := _check_in(ticket)) is not None
    )
    rows = [
        (date_format(timezone.localtime(at), "TIME_FORMAT"), quarters[at])
        for at in sorted(quarters)
    ]
    return Table([_("From"), _("Admitted")], [6, 2], rows)


def _quarter(at: datetime) -> datetime:
    return at - timedelta(minutes=at.minute % 15, seconds=at.second, microseconds=at.microsecond)


def _rate(part: int, whole: int) -> str:
    return format_percent(round(100 * part / whole)) if whole else "–"
