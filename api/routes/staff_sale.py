"""For staff and their integrations: the sale, orders, the transaction log and approvals."""

import csv
import io
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Annotated, Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from accounts.approval import approve_accounts
from accounts.models import User
from bookings.access import may_see_contacts
from bookings.aftersale.cancellation import cancel_tickets
from bookings.exceptions import NoSuchPlaces, NothingSelected, PlacesUnavailable
from bookings.models import LedgerEntry, Order, Place
from bookings.staff_operations import put_on_sale as sale
from bookings.staff_operations.blocking import block_places, unblock_places
from bookings.staff_operations.order_search import search_orders
from organisation.models import Channel
from shows.models import Performance
from shows.terms import clear_cached_terms

from ..callers import STAFF, ApiRequest, require
from ..models import Scope
from ..problems import Problem
from ..schemas import (
    Id,
    Limit,
    Money,
    Offset,
    OneOf,
    Page,
    TaxOut,
    money,
    page_of,
    page_of_list,
    utc,
)
from .catalogue_out import PerformanceOut, performance_out, with_details
from .holds import Line
from .orders import OrderBase, Reference, RefundOut, TicketBase, order_detail, orders_out

router = Router(auth=STAFF)
CSV: dict[str, Any] = {
    "responses": {
        200: {
            "description": "CSV with a header row.",
            "content": {"text/csv": {"schema": {"type": "string"}}},
        }
    }
}


class StaffOrder(OrderBase):
    """An order without its key, which is for its customer only."""

    email: str | None = Field(None, description="For those who may see customers' addresses.")
    details: dict[str, str] | None = None


class StaffOrderDetail(StaffOrder):
    """Tickets come without their codes, which are valid for entry."""

    channel: Annotated[str, OneOf.of(Channel.values)]
    lines: list[Line]
    order_fee: Money = Field(description="The part of the total beside the prices of the lines.")
    tax: list[TaxOut] = Field(description="What valid tickets and the order fee include, by rate.")
    tickets: list[TicketBase]
    refunds: list[RefundOut]


class PlaceSelection(Schema):
    """Places by seat, or a number of standing places of a section."""

    seats: Annotated[list[Id], Field(max_length=5000)] = Field([], description="Ids of seats.")
    section: Id | None = None
    quantity: Annotated[int, Field(ge=1, le=5000)] | None = None
    reason: Annotated[str, Field(max_length=200)] = ""


class PlacesChanged(Schema):
    changed: int = Field(description="Number of places.", examples=[2])


class TransactionOut(Schema):
    id: int
    at: datetime
    kind: Annotated[str, OneOf.of(LedgerEntry.Kind.values)]
    performance: int | None
    hold: int | None
    order: str
    places: list[int]
    amount: Money | None
    actor: str


class TransactionFilter(Schema):
    performance: Id | None = None
    order: Annotated[str, Field(max_length=12)] = ""
    kind: Annotated[str, OneOf.of(["", *LedgerEntry.Kind.values])] = ""
    after: Annotated[int, Field(ge=0, le=2**63 - 1)] | None = Field(
        None, description="Only entries with a greater id, to continue from the last one read."
    )
    limit: Limit = 50
    offset: Offset = 0


class OrderFilter(Schema):
    performance: Id | None = None
    status: Annotated[str, OneOf.of(["", *Order.Status.values])] = ""
    q: Annotated[str, Field(max_length=254)] = Field(
        "", description="Reference, e-mail address, any part of a name, or a seat (“Stalls F 12”)."
    )
    limit: Limit = 50
    offset: Offset = 0


class StaffCancellation(Schema):
    tickets: Annotated[list[Id], Field(min_length=1, max_length=50)] | None = Field(
        None, description="Ids of tickets; all of them if left out."
    )
    refund: bool = True
    keep_fee: bool | None = Field(None, description="Null: as the performance says.")
    reason: Annotated[str, Field(max_length=200)] = ""


class UserOut(Schema):
    id: int
    email: str
    name: str
    may_book: bool


class Approval(Schema):
    users: Annotated[list[Id], Field(min_length=1, max_length=200)] = Field(
        description="Ids of users."
    )


@router.post(
    "/performances/{pk}/put-on-sale", response=PerformanceOut, summary="Put a performance on sale"
)
def put_on_sale(request: ApiRequest, pk: Id) -> dict[str, Any]:
    """Create the places and publish the performance. May be repeated."""
    require(request, Scope.SALE, "shows.change_performance")
    performance = get_object_or_404(Performance, pk=pk)
    sale.put_on_sale(performance=performance, actor=request.caller.actor)
    clear_cached_terms(pk)
    return performance_out(with_details(Performance.objects.all()).get(pk=pk))


@router.post("/performances/{pk}/block", response=PlacesChanged, summary="Block places")
def block_seats(request: ApiRequest, pk: Id, data: PlaceSelection) -> dict[str, int]:
    """Take places off sale. If any is held or sold, none is blocked."""
    require(request, Scope.SALE, "bookings.change_place")
    performance = get_object_or_404(Performance, pk=pk)
    places = Place.objects.open_at().filter(performance=performance)
    return _change(request, performance, data, block_places, places)


@router.post("/performances/{pk}/unblock", response=PlacesChanged, summary="Unblock places")
def unblock_seats(request: ApiRequest, pk: Id, data: PlaceSelection) -> dict[str, int]:
    """Put blocked places on sale again."""
    require(request, Scope.SALE, "bookings.change_place")
    performance = get_object_or_404(Performance, pk=pk)
    places = Place.objects.blocked().filter(performance=performance)
    return _change(request, performance, data, unblock_places, places)


@router.get("/orders", response=Page[StaffOrder], summary="Search orders")
def list_staff_orders(request: ApiRequest, filters: Query[OrderFilter]) -> dict[str, Any]:
    """List orders, the newest first."""
    require(request, Scope.ORDERS, "bookings.view_order")
    rows = _orders(request, filters)
    render = partial(_orders_out, request)
    return page_of_list(rows, render, limit=filters.limit, offset=filters.offset)


@router.get("/orders.csv", response={200: None}, openapi_extra=CSV, summary="Export orders")
def export_orders_csv(request: ApiRequest, filters: Query[OrderFilter]) -> HttpResponse:
    """Return the same orders as CSV, without pages.

    Larger exports (409, `export-too-large`) are written in the background: `POST /staff/exports`.
    """
    require(request, Scope.ORDERS, "bookings.view_order", "exports.add_export")
    return _csv("orders.csv", _orders(request, filters), partial(_orders_out, request))


@router.get("/orders/{reference}", response=StaffOrderDetail, summary="Get any order")
def get_staff_order(request: ApiRequest, reference: Reference) -> dict[str, Any]:
    """Return an order, without the codes of its tickets."""
    require(request, Scope.ORDERS, "bookings.view_order")
    return _detail(request, get_object_or_404(Order, reference=reference))


@router.post(
    "/orders/{reference}/cancel", response=StaffOrderDetail, summary="Cancel tickets of any order"
)
def cancel_staff_order(
    request: ApiRequest, reference: Reference, data: StaffCancellation
) -> dict[str, Any]:
    """Cancel tickets regardless of the deadline, with or without a refund."""
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


@router.get("/transactions", response=Page[TransactionOut], summary="List transactions")
def list_transactions(request: ApiRequest, filters: Query[TransactionFilter]) -> dict[str, Any]:
    """Read the transaction log: the newest first, or with `after` onwards from there."""
    require(request, Scope.ORDERS, "bookings.view_ledgerentry")
    rows = _entries(filters)
    return page_of(rows, transaction_out, limit=filters.limit, offset=filters.offset)


@router.get(
    "/transactions.csv", response={200: None}, openapi_extra=CSV, summary="Export transactions"
)
def export_transactions_csv(request: ApiRequest, filters: Query[TransactionFilter]) -> HttpResponse:
    """Return the same transactions as CSV, without pages.

    Larger exports (409, `export-too-large`) are written in the background: `POST /staff/exports`.
    """
    require(request, Scope.ORDERS, "bookings.view_ledgerentry", "exports.add_export")
    return _csv(
        "transactions.csv",
        _entries(filters),
        lambda entries: [transaction_out(entry) for entry in entries],
    )


@router.get("/users/waiting", response=Page[UserOut], summary="List users to approve")
def list_users_to_approve(
    request: ApiRequest, limit: Limit = 50, offset: Offset = 0
) -> dict[str, Any]:
    """List the accounts that wait for approval."""
    require(request, Scope.ACCOUNTS, "accounts.approve_user")
    rows = User.objects.awaiting_approval().order_by("pk")
    return page_of(rows, lambda user: user, limit=limit, offset=offset)


@router.post("/users/approve", response=list[UserOut], summary="Approve users")
def approve_users(request: ApiRequest, data: Approval) -> list[User]:
    """Approve accounts; return those that were waiting. Each gets an e-mail."""
    require(request, Scope.ACCOUNTS, "accounts.approve_user")
    users = User.objects.filter(pk__in=data.users)
    return approve_accounts(users=list(users), by=request.caller.account)


def transaction_out(entry: LedgerEntry) -> dict[str, Any]:
    """Render an entry of the transaction log."""
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


def _change(
    request: ApiRequest,
    performance: Performance,
    data: PlaceSelection,
    operation: Callable[..., list[Any]],
    candidates: Any,
) -> dict[str, int]:
    seats = Place.objects.filter(performance=performance, seat__in=data.seats)
    ids = list(seats.values_list("pk", flat=True))
    if len(ids) < len(set(data.seats)):
        raise NoSuchPlaces
    if data.section and data.quantity:
        standing = candidates.standing().filter(section=data.section).order_by("pk")
        found = list(standing.values_list("pk", flat=True)[: data.quantity])
        if len(found) < data.quantity:
            raise PlacesUnavailable
        ids += found
    if not ids:
        raise NothingSelected
    changed = operation(
        performance=performance, place_ids=ids, actor=request.caller.actor, reason=data.reason
    )
    return {"changed": len(changed)}


def _orders_out(request: ApiRequest, orders: list[Order]) -> list[dict[str, Any]]:
    return [_without_contacts(request, order) for order in orders_out(orders)]


def _detail(request: ApiRequest, order: Order) -> dict[str, Any]:
    return _without_contacts(request, order_detail(order, with_codes=False))


def _without_contacts(request: ApiRequest, order: dict[str, Any]) -> dict[str, Any]:
    if not may_see_contacts(request.caller.account):
        del order["email"], order["details"]
    return order


def _orders(request: ApiRequest, filters: OrderFilter) -> QuerySet[Order]:
    rows = Order.objects.select_related("performance__show", "performance__venue")
    if filters.performance:
        rows = rows.filter(performance=filters.performance)
    if filters.status:
        rows = rows.filter(status=filters.status)
    if filters.q.strip():
        by_address = may_see_contacts(request.caller.account)
        rows = search_orders(filters.q, rows, by_address=by_address)
    return rows.order_by("-pk")


def _entries(filters: TransactionFilter) -> QuerySet[LedgerEntry]:
    rows = LedgerEntry.objects.order_by("-pk")
    if filters.after is not None:
        rows = rows.filter(pk__gt=filters.after).order_by("pk")
    if filters.performance:
        rows = rows.filter(performance=filters.performance)
    if filters.order:
        rows = rows.filter(order=filters.order)
    return rows.filter(kind=filters.kind) if filters.kind else rows


def _csv(
    name: str, rows: QuerySet[Any], render: Callable[[list[Any]], list[dict[str, Any]]]
) -> HttpResponse:
    """Return rows as CSV. Raises `Problem` (409) where a worker has to write them."""
    most = settings.EXPORT_MAX_DOWNLOAD_ROWS
    found = list(rows[: most + 1])
    if len(found) > most:
        detail = _("More than %d rows are exported in the background: POST /staff/exports.") % most
        raise Problem(409, "export-too-large", detail)
    text = io.StringIO()
    _write_csv(text, render(found))
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


def _write_csv(text: io.StringIO, rows: Iterable[dict[str, Any]]) -> None:
    writer = None
    for row in rows:
        cells = {key: _cell(value) for key, value in row.items()}
        if writer is None:
            writer = csv.DictWriter(text, list(cells))
            writer.writeheader()
        writer.writerow(cells)


def _cell(value: Any) -> str:
    if isinstance(value, dict) and value.keys() == {"amount", "currency"}:
        return f"{value['amount']} {value['currency']}"
    if isinstance(value, dict):  # The answers of a customer.
        value = "; ".join(f"{name}: {answer}" for name, answer in value.items())
    if isinstance(value, list):
        return " ".join(str(part) for part in value)
    if isinstance(value, datetime):
        return value.isoformat()
    text = "" if value is None else str(value)
    # What a spreadsheet would take for a formula is written as text.
    return f"'{text}" if text[:1] in "=+-@\t\r" and text else text
