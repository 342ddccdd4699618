"""For staff and their programs: the sale itself, its orders and its books."""

import csv
import io
from datetime import datetime
from functools import partial
from typing import Annotated, Literal

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema

from accounts.approval import approve_accounts
from accounts.models import User
from bookings.aftersale.cancellation import cancel_tickets
from bookings.contacts import may_see_contacts
from bookings.exceptions import NoSuchPlaces, NothingSelected, PlacesUnavailable
from bookings.models import LedgerEntry, Order, Place
from bookings.staff_operations.blocking import block_places, unblock_places
from bookings.staff_operations.order_search import search_orders
from bookings.staff_operations.put_on_sale import put_on_sale
from shows.models import Performance
from shows.terms import clear_cached_terms

from ..callers import STAFF, require
from ..models import Scope
from ..schemas import Id, Limit, Money, Offset, Page, money, page_of, utc
from .catalogue import PerformanceOut, performance_out, told
from .holds import Line
from .orders import OrderFacts, Reference, RefundOut, TicketFacts, order_detail, order_out

router = Router(auth=STAFF)
MOST_EXPORTED = 50_000


class StaffOrder(OrderFacts):
    """An order without its key: what opens it is its customer's alone."""

    email: str | None = Field(
        None, description="For those who may see customers' e-mail addresses."
    )


class StaffOrderDetail(StaffOrder):
    """Tickets come without their codes, which open the door."""

    lines: list[Line]
    tickets: list[TicketFacts]
    refunds: list[RefundOut]


class Blocking(Schema):
    """Places by seat, or a number of free standing places of a section."""

    seats: Annotated[list[Id], Field(max_length=5000)] = []
    section: Id | None = None
    quantity: Annotated[int, Field(ge=1, le=5000)] | None = None
    reason: Annotated[str, Field(max_length=200)] = ""


class Blocked(Schema):
    changed: int


class EntryOut(Schema):
    id: int
    at: datetime
    kind: str
    performance: int | None
    hold: int | None
    order: str
    places: list[int]
    amount: Money | None
    actor: str


class EntryFilter(Schema):
    performance: Id | None = None
    order: Annotated[str, Field(max_length=12)] = ""
    kind: Literal["", *LedgerEntry.Kind.values] = ""
    after: Annotated[int, Field(ge=0, le=2**63 - 1)] | None = Field(
        None, description="Only lines with a greater id: for reading on from where you stopped."
    )
    limit: Limit = 50
    offset: Offset = 0


class OrderFilter(Schema):
    performance: Id | None = None
    status: Literal["", *Order.Status.values] = ""
    q: Annotated[str, Field(max_length=254)] = Field(
        "", description="Reference, e-mail address, any part of a name, or a seat (“Stalls F 12”)."
    )
    limit: Limit = 50
    offset: Offset = 0


class StaffCancellation(Schema):
    tickets: Annotated[list[Id], Field(min_length=1, max_length=50)] | None = None
    refund: bool = True
    keep_fee: bool | None = None
    reason: Annotated[str, Field(max_length=200)] = ""


class UserOut(Schema):
    id: int
    email: str
    name: str
    may_book: bool


class Approval(Schema):
    users: Annotated[list[Id], Field(min_length=1, max_length=200)]


@router.post("/performances/{pk}/put-on-sale", response=PerformanceOut)
def open_sale(request, pk: Id):
    """Make the places and publish the performance. Asked twice, it is done once."""
    require(request, Scope.SALE, "shows.change_performance")
    performance = get_object_or_404(Performance, pk=pk)
    put_on_sale(performance=performance, actor=request.caller.actor)
    clear_cached_terms(pk)
    return performance_out(told(Performance.objects.all()).get(pk=pk))


@router.post("/performances/{pk}/block", response=Blocked)
def block(request, pk: Id, data: Blocking):
    """Take places off sale for the house. If any is held or sold, none is blocked."""
    require(request, Scope.SALE, "bookings.change_place")
    performance = get_object_or_404(Performance, pk=pk)
    places = Place.objects.open_at().filter(performance=performance)
    return _change(request, performance, data, block_places, places)


@router.post("/performances/{pk}/unblock", response=Blocked)
def unblock(request, pk: Id, data: Blocking):
    """Put blocked places back on sale."""
    require(request, Scope.SALE, "bookings.change_place")
    performance = get_object_or_404(Performance, pk=pk)
    places = Place.objects.blocked().filter(performance=performance)
    return _change(request, performance, data, unblock_places, places)


@router.get("/orders", response=Page[StaffOrder])
def orders(request, wishes: Query[OrderFilter]):
    """Find orders, the newest first."""
    require(request, Scope.ORDERS, "bookings.view_order")
    rows = _orders(request, wishes)
    return page_of(rows, partial(_told, request), limit=wishes.limit, offset=wishes.offset)


@router.get("/orders.csv", response={200: None})
def orders_csv(request, wishes: Query[OrderFilter]):
    """The same as CSV, without pages: at most 50,000 of them."""
    require(request, Scope.ORDERS, "bookings.view_order", "exports.add_export")
    rows = (_told(request, order) for order in _orders(request, wishes)[:MOST_EXPORTED])
    return _csv("orders.csv", rows)


@router.get("/orders/{reference}", response=StaffOrderDetail)
def read_order(request, reference: Reference):
    """Read an order. The codes of its tickets are its customer's alone."""
    require(request, Scope.ORDERS, "bookings.view_order")
    return _detail(request, get_object_or_404(Order, reference=reference))


@router.post("/orders/{reference}/cancel", response=StaffOrderDetail)
def cancel(request, reference: Reference, data: StaffCancellation):
    """Cancel tickets whatever the deadline, with or without the money going back."""
    require(request, Scope.ORDERS, "bookings.change_order")
    order = get_object_or_404(Order, reference=reference)
    cancel_tickets(
        order=order,
        actor=request.caller.actor,
        by_staff=True,
        ticket_ids=data.tickets,
        refund=data.refund,
        keep_fee=data.keep_fee,
        reason=data.reason,
    )
    return _detail(request, Order.objects.get(pk=order.pk))


@router.get("/transactions", response=Page[EntryOut])
def transactions(request, wishes: Query[EntryFilter]):
    """Read the transaction log: the newest first, or with `after` onwards from there."""
    require(request, Scope.ORDERS, "bookings.view_ledgerentry")
    return page_of(_entries(wishes), entry_out, limit=wishes.limit, offset=wishes.offset)


@router.get("/transactions.csv", response={200: None})
def transactions_csv(request, wishes: Query[EntryFilter]):
    """The same as CSV, without pages: at most 50,000 lines."""
    require(request, Scope.ORDERS, "bookings.view_ledgerentry", "exports.add_export")
    rows = (entry_out(entry) for entry in _entries(wishes)[:MOST_EXPORTED])
    return _csv("transactions.csv", rows)


@router.get("/users/waiting", response=Page[UserOut])
def users_waiting(request, limit: Limit = 50, offset: Offset = 0):
    """List the accounts that wait for approval."""
    require(request, Scope.ACCOUNTS, "accounts.approve_user")
    rows = User.objects.awaiting_approval().order_by("pk")
    return page_of(rows, lambda user: user, limit=limit, offset=offset)


@router.post("/users/approve", response=list[UserOut])
def approve(request, data: Approval):
    """Let accounts book; returns those that were waiting. Each is written to."""
    require(request, Scope.ACCOUNTS, "accounts.approve_user")
    users = User.objects.filter(pk__in=data.users)
    return approve_accounts(users=list(users), by=request.caller.user)


def entry_out(entry):
    return {
        "id": entry.pk,
        "at": utc(entry.at),
        "kind": entry.kind,
        "performance": entry.performance_id,
        "hold": entry.hold,
        "order": entry.order,
        "places": entry.places,
        "amount": None if entry.amount is None else money(entry.amount, entry.currency),
        "actor": entry.actor,
    }


def _change(request, performance, data, operation, standing):
    ids = list(
        Place.objects.filter(performance=performance, seat__in=data.seats).values_list(
            "pk", flat=True
        )
    )
    if len(ids) < len(set(data.seats)):
        raise NoSuchPlaces
    if data.section and data.quantity:
        found = standing.standing().filter(section=data.section).order_by("pk")
        found = list(found.values_list("pk", flat=True)[: data.quantity])
        if len(found) < data.quantity:
            raise PlacesUnavailable
        ids += found
    if not ids:
        raise NothingSelected
    changed = operation(
        performance=performance, place_ids=ids, actor=request.caller.actor, reason=data.reason
    )
    return {"changed": len(changed)}


def _told(request, order):
    return _without_contacts(request, order_out(order))


def _detail(request, order):
    return _without_contacts(request, order_detail(order, with_codes=False))


def _without_contacts(request, told):
    if not may_see_contacts(request.caller.user):
        del told["email"]
    return told


def _orders(request, wishes):
    rows = Order.objects.select_related("performance__show", "performance__venue")
    if wishes.performance:
        rows = rows.filter(performance=wishes.performance)
    if wishes.status:
        rows = rows.filter(status=wishes.status)
    if wishes.q.strip():
        by_address = may_see_contacts(request.caller.user)
        rows = search_orders(wishes.q, rows, by_address=by_address)
    return rows.order_by("-pk")


def _entries(wishes):
    rows = LedgerEntry.objects.order_by("-pk")
    if wishes.after is not None:
        rows = rows.filter(pk__gt=wishes.after).order_by("pk")
    if wishes.performance:
        rows = rows.filter(performance=wishes.performance)
    if wishes.order:
        rows = rows.filter(order=wishes.order)
    return rows.filter(kind=wishes.kind) if wishes.kind else rows


def _csv(name, rows):
    text = io.StringIO()
    writer = None
    for row in rows:
        cells = {key: _cell(value) for key, value in row.items()}
        if writer is None:
            writer = csv.DictWriter(text, cells)
            writer.writeheader()
        writer.writerow(cells)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


def _cell(value):
    if isinstance(value, dict):
        return f"{value['amount']} {value['currency']}"
    if isinstance(value, list):
        return " ".join(str(part) for part in value)
    if isinstance(value, datetime):
        return value.isoformat()
    text = "" if value is None else str(value)
    # What a spreadsheet would take for a formula is told as text.
    return f"'{text}" if text[:1] in "=+-@\t\r" and text else text
