"""What events say. Of customers they say nothing: whoever may know asks for the order."""

import json

from bookings.models import LedgerEntry, Order, Place, Ticket

from ..models import EventType
from ..schemas import money, utc

# Lines after which the last place may be gone, and those that put places on sale again.
TAKES = frozenset({LedgerEntry.Kind.SALE, LedgerEntry.Kind.BLOCK})
FREES = [LedgerEntry.Kind.CANCEL, LedgerEntry.Kind.UNBLOCK]


def body_of(kind, at, data):
    """Return the body of an event, as it is sent."""
    told = {"type": kind, "timestamp": utc(at).isoformat(), "data": data}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def events_of(line):
    """Yield (key, type, data) for each event that a line of the transaction log is.

    `line` comes with its performance, show and venue. A performance is told to be sold out when
    its last place has gone, and again only after a place had come back meanwhile.
    """
    if line.order and line.kind in TELLERS:
        kind, data = TELLERS[line.kind](line)
        yield f"entry:{line.pk}", kind, {"performance": _performance(line.performance), **data}
    if line.kind in TAKES and line.performance_id and _is_sold_out(line.performance_id):
        key = f"sold-out:{line.performance_id}:{_last_return(line)}"
        data = {"performance": _performance(line.performance)}
        yield key, EventType.SOLD_OUT, data | {"places": line.performance.places_total}


def _paid(line):
    order = _order(line)
    tickets = Ticket.objects.filter(order=order, place__in=line.places).order_by("pk")
    return EventType.ORDER_PAID, {"order": _told(order), "tickets": _tickets(tickets, order)}


def _cancelled(line):
    order = _order(line)
    tickets = Ticket.objects.filter(pk__in=line.detail.get("tickets", [])).order_by("pk")
    return EventType.ORDER_CANCELLED, {"order": _told(order), "tickets": _tickets(tickets, order)}


def _refunded(line):
    refund = {"amount": money(-line.amount, line.currency), "key": line.detail.get("refund", "")}
    return EventType.ORDER_REFUNDED, {"order": _told(_order(line)), "refund": refund}


def _checked_in(line):
    ticket = Ticket.objects.get(pk=line.detail["ticket"])
    undone = line.detail.get("undone")
    return EventType.CHECK_IN_UNDONE if undone else EventType.CHECKED_IN, {
        "order": {"reference": line.order},
        "ticket": {"id": ticket.pk, "label": ticket.label},
        "door": line.detail.get("door", ""),
        "at": line.detail.get("scanned_at") or utc(line.at).isoformat(),
    }


TELLERS = {
    LedgerEntry.Kind.SALE: _paid,
    LedgerEntry.Kind.CANCEL: _cancelled,
    LedgerEntry.Kind.REFUND: _refunded,
    LedgerEntry.Kind.CHECK_IN: _checked_in,
}


def _order(line):
    return Order.objects.get(reference=line.order)


def _told(order):
    return {
        "reference": order.reference,
        "status": order.status,
        "quantity": order.quantity,
        "total": money(order.total, order.currency),
    }


def _tickets(tickets, order):
    return [
        {
            "id": ticket.pk,
            "label": ticket.label,
            "category": ticket.category,
            "concession": ticket.concession,
            "price": money(ticket.price, order.currency),
        }
        for ticket in tickets
    ]


def _performance(performance):
    return {
        "id": performance.pk,
        "show": performance.show.slug,
        "title": performance.show.title,
        "venue": performance.venue.slug,
        "starts_at": utc(performance.starts_at).isoformat(),
        "time_zone": performance.venue.time_zone,
    }


def _is_sold_out(performance_id):
    """Whether nothing is left: neither to choose, nor in somebody's basket."""
    left = Place.objects.filter(performance=performance_id)
    return not left.filter(state__in=[Place.State.AVAILABLE, Place.State.HELD]).exists()


def _last_return(line):
    """The line that last put a place on sale again, or 0."""
    lines = LedgerEntry.objects.filter(performance=line.performance_id, kind__in=FREES)
    return lines.order_by("-pk").values_list("pk", flat=True).first() or 0
