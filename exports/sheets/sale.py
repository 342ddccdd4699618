"""Orders, attendees and the transaction log. Times are those of the venue, but in the log."""

import json

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from bookings.checkout_fields import labelled
from bookings.models import LedgerEntry, Order, Ticket
from door.models import CheckIn

from .sheet import CONTACT, sheet_of


def _at_venue(moment):
    """A cell with a time of the row, on the clock of its performance's venue."""

    def cell(row):
        at = getattr(row, moment)
        return at and at.astimezone(row.performance.venue.zone)

    return cell


# What each row of the sale says of its evening.
EVENING = [
    (_("Performance"), lambda row: row.performance_id),
    (_("Show"), lambda row: row.performance.show.title),
    (_("Venue"), lambda row: row.performance.venue.name),
    (_("City"), lambda row: row.performance.venue.city),
    (
        _("Starts"),
        lambda row: row.performance.starts_at.astimezone(row.performance.venue.zone),
    ),
]


def _answers(order):
    return "; ".join(f"{label}: {value}" for label, value in labelled(order.details))


ORDERS = sheet_of(
    name="orders",
    title=_("Orders"),
    model=Order,
    columns=[
        (_("Order"), lambda order: order.reference),
        (_("Status"), lambda order: order.get_status_display()),
        *EVENING,
        (_("Name"), lambda order: order.name),
        (_("E-mail address"), lambda order: order.email, CONTACT),
        (_("Checkout form"), _answers, CONTACT),
        (_("Has an account"), lambda order: order.user_id is not None),
        (_("Language"), lambda order: order.language),
        (_("Places"), lambda order: order.quantity),
        (_("Total"), lambda order: order.total),
        (_("Currency"), lambda order: order.currency),
        (_("Ordered"), _at_venue("created_at")),
        (_("Paid"), _at_venue("paid_at")),
        (_("Cancelled"), _at_venue("cancelled_at")),
        (_("Note"), lambda order: order.note),
    ],
    prepare=lambda orders: orders.select_related("performance__show", "performance__venue"),
)


def _with_check_ins(tickets):
    check_ins = CheckIn.objects.live().filter(ticket=OuterRef("pk"))
    return tickets.select_related(
        "order", "performance__show", "performance__venue", "place__section", "place__seat"
    ).annotate(
        let_in_at=Subquery(check_ins.values("at")[:1]),
        let_in_through=Subquery(check_ins.values("door")[:1]),
    )


# The code of a ticket opens the door, and is in no sheet.
ATTENDEES = sheet_of(
    name="attendees",
    title=_("Attendees"),
    model=Ticket,
    columns=[
        (_("Order"), lambda ticket: ticket.order.reference),
        (_("Ticket"), lambda ticket: ticket.get_status_display()),
        *EVENING,
        (_("Place"), lambda ticket: ticket.label),
        (_("Section"), lambda ticket: ticket.place.section.name),
        (_("Row"), lambda ticket: ticket.place.seat and ticket.place.seat.row),
        (_("Seat"), lambda ticket: ticket.place.seat and ticket.place.seat.number),
        (_("Category"), lambda ticket: ticket.category),
        (_("Concession"), lambda ticket: ticket.concession),
        (_("Name on the ticket"), lambda ticket: ticket.holder),
        (_("Customer"), lambda ticket: ticket.order.name),
        (_("E-mail address"), lambda ticket: ticket.order.email, CONTACT),
        (_("Price"), lambda ticket: ticket.price),
        (_("of it fee"), lambda ticket: ticket.fee),
        (_("Currency"), lambda ticket: ticket.order.currency),
        (_("Checked in"), lambda ticket: ticket.let_in_at is not None),
        (_("Let in"), _at_venue("let_in_at")),
        (_("Door"), lambda ticket: ticket.let_in_through),
    ],
    prepare=_with_check_ins,
)

# Under the names of its fields, because sales can be rebuilt from it.
TRANSACTIONS = sheet_of(
    name="transactions",
    title=_("Transaction log"),
    model=LedgerEntry,
    columns=[
        ("id", lambda entry: entry.pk),
        ("at", lambda entry: entry.at),
        ("kind", lambda entry: entry.kind),
        ("performance", lambda entry: entry.performance_id),
        ("hold", lambda entry: entry.hold),
        ("order", lambda entry: entry.order),
        ("places", lambda entry: " ".join(map(str, entry.places))),
        ("amount", lambda entry: entry.amount),
        ("currency", lambda entry: entry.currency),
        ("actor", lambda entry: entry.actor),
        (
            "detail",
            lambda entry: json.dumps(entry.detail, ensure_ascii=False) if entry.detail else "",
        ),
    ],
    prepare=lambda entries: entries,
)
