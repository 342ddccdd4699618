"""Orders, attendees and the transaction log. Times are in venue local time, except in the log."""

import json
from decimal import Decimal

from django.db.models import OuterRef, Prefetch, Subquery
from django.utils.translation import gettext_lazy as _

from bookings.checkout_fields import labelled
from bookings.models import LedgerEntry, Order, Ticket
from bookings.sale.order_tax import tax_lines
from core.tax import rate_text
from door.models import CheckIn
from organisation.legal_texts import published_text

from .sheet import CONTACT, sheet_of


def _venue_time(moment):
    """Return the cell of a time of the row, in the time zone of its performance's venue."""

    def cell(row):
        at = getattr(row, moment)
        return at and at.astimezone(row.performance.venue.zone)

    return cell


# The performance of each row.
PERFORMANCE_COLUMNS = [
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


def _answers_of_ticket(ticket):
    """Return the answers for the ticket and those for its order."""
    pairs = [*labelled(ticket.details), *labelled(ticket.order.details)]
    return "; ".join(f"{label}: {value}" for label, value in pairs)


def _tax_of(order):
    """Return the order's tax by rate, calculated once for all columns of its row."""
    if not order.is_confirmed:
        return []
    if not hasattr(order, "tax_of_row"):
        keeps_fee = order.order_fee_refunded_at is None
        order.tax_of_row = tax_lines(order, tickets=order.valid_tickets, with_order_fee=keeps_fee)
    return order.tax_of_row


def _sum(order, part):
    return sum((getattr(line, part) for line in _tax_of(order)), Decimal("0.00"))


def _rate(line):
    """Return a part of a cell: "19%: 8.40 + 1.60", net and tax."""
    reason = f" ({line.exemption})" if line.exemption else ""
    return f"{rate_text(line.rate)}%: {line.net:.2f} + {line.tax:.2f}{reason}"


def _accepted_terms(order):
    text = published_text(order.accepted_terms_id)
    return f"v{text.version} ({text.language})" if text else ""


ORDERS = sheet_of(
    name="orders",
    title=_("Orders"),
    model=Order,
    columns=[
        (_("Order"), lambda order: order.reference),
        (_("Status"), lambda order: order.get_status_display()),
        *PERFORMANCE_COLUMNS,
        (_("Name"), lambda order: order.name),
        (_("E-mail address"), lambda order: order.email, CONTACT),
        (_("Checkout form"), _answers, CONTACT),
        (_("Has an account"), lambda order: order.user_id is not None),
        (_("Language"), lambda order: order.language),
        (_("Accepted terms"), _accepted_terms),
        (_("Tickets"), lambda order: order.quantity),
        (_("Channel"), lambda order: order.get_channel_display()),
        (_("Total"), lambda order: order.total),
        (_("Order fee"), lambda order: order.order_fee),
        # Of valid tickets and the order fee: what is left of the total after cancellations.
        (_("Total after cancellations"), lambda order: _sum(order, "gross")),
        (_("Net"), lambda order: _sum(order, "net")),
        (_("VAT"), lambda order: _sum(order, "tax")),
        (_("VAT by rate"), lambda order: "; ".join(map(_rate, _tax_of(order)))),
        (_("Currency"), lambda order: order.currency),
        (_("Ordered"), _venue_time("created_at")),
        (_("Paid"), _venue_time("paid_at")),
        (_("Cancelled"), _venue_time("cancelled_at")),
        (_("Note"), lambda order: order.note),
    ],
    prepare=lambda orders: orders.select_related(
        "performance__show", "performance__venue"
    ).prefetch_related(Prefetch("tickets", Ticket.objects.valid(), to_attr="valid_tickets")),
)


def _with_check_ins(tickets):
    check_ins = CheckIn.objects.live().filter(ticket=OuterRef("pk"))
    return tickets.select_related(
        "order", "performance__show", "performance__venue", "place__section", "place__seat"
    ).annotate(
        checked_in_at=Subquery(check_ins.values("at")[:1]),
        door=Subquery(check_ins.values("door")[:1]),
    )


# Ticket codes are valid for entry, so no sheet contains them.
ATTENDEES = sheet_of(
    name="attendees",
    title=_("Attendees"),
    model=Ticket,
    columns=[
        (_("Order"), lambda ticket: ticket.order.reference),
        (_("Ticket"), lambda ticket: ticket.get_status_display()),
        *PERFORMANCE_COLUMNS,
        (_("Full seat name"), lambda ticket: ticket.label),
        (_("Section"), lambda ticket: ticket.place.section.name),
        (_("Row"), lambda ticket: ticket.place.seat and ticket.place.seat.row),
        (_("Seat"), lambda ticket: ticket.place.seat and ticket.place.seat.number),
        (_("Category"), lambda ticket: ticket.category),
        (_("Concession"), lambda ticket: ticket.concession),
        (_("Name on the ticket"), lambda ticket: ticket.holder),
        (_("Customer"), lambda ticket: ticket.order.name),
        (_("E-mail address"), lambda ticket: ticket.order.email, CONTACT),
        (_("Answers"), _answers_of_ticket, CONTACT),
        (_("Price"), lambda ticket: ticket.price),
        (_("Fee included"), lambda ticket: ticket.fee),
        (_("VAT rate (%)"), lambda ticket: ticket.tax_rate),
        (_("VAT rate of the fee (%)"), lambda ticket: ticket.fee_tax_rate),
        (_("Reason for VAT exemption"), lambda ticket: ticket.tax_exemption),
        (_("Currency"), lambda ticket: ticket.order.currency),
        (_("Checked in"), lambda ticket: ticket.checked_in_at is not None),
        (_("Check-in time"), _venue_time("checked_in_at")),
        (_("Entrance"), lambda ticket: ticket.door),
    ],
    prepare=_with_check_ins,
)

# Headings are field names, because sales can be rebuilt from this sheet.
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
