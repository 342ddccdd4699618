"""The bodies of events. They contain nothing about customers: integrations read the order."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

from ninja import Field, Schema

from bookings.models import LedgerEntry, Order, Place, Ticket
from shows.models import Performance

from ..models import PING, EventType
from ..schemas import OneOf, money

# Entries after which the last place may be gone, and those that make places available again.
TAKES = frozenset({LedgerEntry.Kind.SALE, LedgerEntry.Kind.BLOCK})
FREES = [LedgerEntry.Kind.CANCEL, LedgerEntry.Kind.UNBLOCK]

Data = dict[str, Any]


def body_of(kind: str, at: datetime, data: Data) -> str:
    """Return the body of an event, exactly as it is sent."""
    body = {"type": kind, "timestamp": at.astimezone(UTC).isoformat(), "data": data}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def events_of(entry: LedgerEntry) -> Iterator[tuple[str, str, Data]]:
    """Yield (key, type, data) of each event that an entry of the transaction log stands for.

    The entry comes with its performance, show and venue. A performance is reported as sold out when
    its last place is gone, and again only if a place became available in the meantime.
    """
    performance = entry.performance
    if performance is None:
        return
    if entry.order and entry.kind in RENDERERS:
        kind, data = RENDERERS[entry.kind](entry)
        yield f"entry:{entry.pk}", kind, {"performance": _performance(performance), **data}
    if entry.kind in TAKES and _is_sold_out(performance.pk):
        key = f"sold-out:{performance.pk}:{_last_return(entry)}"
        data = {"performance": _performance(performance)}
        yield key, EventType.SOLD_OUT, data | {"places_total": performance.places_total}


def _paid(entry: LedgerEntry) -> tuple[EventType, Data]:
    order = _order_of(entry)
    tickets = Ticket.objects.filter(order=order, place__in=entry.places).order_by("pk")
    return EventType.ORDER_PAID, {"order": _order(order), "tickets": _tickets(tickets, order)}


def _cancelled(entry: LedgerEntry) -> tuple[EventType, Data]:
    order = _order_of(entry)
    tickets = Ticket.objects.filter(pk__in=entry.detail.get("tickets", [])).order_by("pk")
    return EventType.ORDER_CANCELLED, {"order": _order(order), "tickets": _tickets(tickets, order)}


def _refunded(entry: LedgerEntry) -> tuple[EventType, Data]:
    amount = money(-(entry.amount or Decimal(0)), entry.currency)
    refund = {"amount": amount, "key": entry.detail.get("refund", "")}
    return EventType.ORDER_REFUNDED, {"order": _order(_order_of(entry)), "refund": refund}


def _checked_in(entry: LedgerEntry) -> tuple[EventType, Data]:
    ticket = Ticket.objects.get(pk=entry.detail["ticket"])
    undone = entry.detail.get("undone")
    return EventType.CHECK_IN_UNDONE if undone else EventType.CHECKED_IN, {
        "order": {"reference": entry.order},
        "ticket": {"id": ticket.pk, "label": ticket.label},
        "door": entry.detail.get("door", ""),
        "scanned_at": entry.detail.get("scanned_at") or entry.at.astimezone(UTC).isoformat(),
    }


RENDERERS: dict[str, Callable[[LedgerEntry], tuple[EventType, Data]]] = {
    LedgerEntry.Kind.SALE: _paid,
    LedgerEntry.Kind.CANCEL: _cancelled,
    LedgerEntry.Kind.REFUND: _refunded,
    LedgerEntry.Kind.CHECK_IN: _checked_in,
}


def _order_of(entry: LedgerEntry) -> Order:
    return Order.objects.get(reference=entry.order)


def _order(order: Order) -> Data:
    return {
        "reference": order.reference,
        "status": order.status,
        "quantity": order.quantity,
        "total": money(order.total, order.currency),
    }


def _tickets(tickets: Iterable[Ticket], order: Order) -> list[Data]:
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


def _performance(performance: Performance) -> Data:
    return {
        "id": performance.pk,
        "show": performance.show.slug,
        "title": performance.show.title,
        "venue": performance.venue.slug,
        "starts_at": performance.starts_at.astimezone(UTC).isoformat(),
        "time_zone": performance.venue.time_zone,
    }


def _is_sold_out(performance_id: int) -> bool:
    """Return whether no place is available or in a basket."""
    places = Place.objects.filter(performance=performance_id)
    return not places.filter(state__in=[Place.State.AVAILABLE, Place.State.HELD]).exists()


def _last_return(entry: LedgerEntry) -> int:
    """Return the id of the entry that last made a place available again, or 0."""
    entries = LedgerEntry.objects.filter(performance=entry.performance_id, kind__in=FREES)
    return entries.order_by("-pk").values_list("pk", flat=True).first() or 0


Type = Annotated[str, OneOf.of([*EventType.values, PING])]


class WebhookEvent(Schema):
    """The body of a webhook. `data` has the performance, and what the type says."""

    type: Type
    timestamp: datetime = Field(description="When it happened.")
    data: dict[str, Any] = Field(
        examples=[{"performance": {"id": 7, "title": "Nachtmusik"}, "places_total": 400}]
    )
