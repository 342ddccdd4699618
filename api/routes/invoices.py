"""Pay an order later by bank transfer, and get its tax documents."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema, Status

from bookings.invoice_details import InvoiceForm
from bookings.models import Order
from bookings.sale.payment_options import account_for
from bookings.sale.reservations import extend_reservation, reserve_order
from finance.documents.content import Kind
from finance.documents.order_page import request_invoice
from finance.documents.views import pdf_response
from finance.models import Document
from shows.online_sales import transfer_end
from shows.terms import terms_of

from ..callers import ANYBODY, STAFF, ApiRequest, customer_of, require
from ..models import Scope
from ..problems import Problem, invalid_form
from ..schemas import Id, Money, OneOf, money, utc
from .orders import Key, Reference, find_order

router = Router(auth=ANYBODY)
staff_router = Router(auth=STAFF)
PDF: dict[str, Any] = {
    "responses": {
        200: {
            "description": "A PDF; invoices and credit notes contain their data as XML.",
            "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
        }
    }
}
Short = Annotated[str, Field(max_length=200)]


class TransferOut(Schema):
    """Where the customer transfers the money."""

    payable_until: datetime
    amount: Money = Field(description="What is still to be transferred.")
    account_holder: str
    iban: str = Field(examples=["DE89 3704 0044 0532 0130 00"])
    bank: str
    reference: str = Field(description="What the customer enters as payment reference.")


class InvoiceIn(Schema):
    name: Annotated[str, Field(max_length=150, examples=["Archer & Co."])]
    contact: Annotated[str, Field(max_length=150)] = ""
    street: Short
    postcode: Annotated[str, Field(max_length=20)] = ""
    city: Annotated[str, Field(max_length=100)]
    country: Annotated[str, Field(max_length=2, examples=["DE"])]
    vat_id: Annotated[str, Field(max_length=30, examples=["DE136695976"])] = ""


class DocumentOut(Schema):
    id: int
    kind: Annotated[str, OneOf.of(kind.value for kind in Kind if kind.is_numbered)]
    number: str = Field(examples=["OGW-2026-00017"])
    issued_on: date
    gross: Money
    net: Money
    tax: Money


class DocumentsOut(Schema):
    documents: list[DocumentOut]
    is_awaited: bool = Field(description="Whether a requested invoice is issued soon.")


class ExtensionIn(Schema):
    payable_until: datetime
    reason: Annotated[str, Field(min_length=1, max_length=200)]


@router.post("/{reference}/transfer", response=TransferOut, summary="Pay an order by bank transfer")
def start_transfer(request: ApiRequest, reference: Reference, key: Key = "") -> dict[str, Any]:
    """Reserve the seats until the money arrives. Repeated, it is the same reservation.

    Only where the performance allows it (409, `transfer-not-offered`). The customer gets an e-mail
    with the same data.
    """
    order = find_order(request, reference, key)
    if not order.awaits_transfer:
        until = transfer_end(terms_of(order.performance_id))
        if until is None or order.is_reserved or not order.total:
            text = _("Tickets for this show can no longer be paid for by bank transfer.")
            raise Problem(409, "transfer-not-offered", text)
        order = reserve_order(order=order, payable_until=until, actor=customer_of(request).actor)
    if order.is_confirmed:
        raise Problem(409, "order-already-paid", _("This order has already been paid."))
    return _transfer_out(order)


@router.post("/{reference}/invoice", response={202: DocumentsOut}, summary="Request an invoice")
def create_invoice(
    request: ApiRequest, reference: Reference, data: InvoiceIn, key: Key = ""
) -> Status[dict[str, Any]]:
    """Have the invoice of a paid order issued, or of one that awaits a transfer.

    It is there within a minute, is e-mailed to the customer, and cannot be changed. An order has
    one: a further request changes nothing.
    """
    return _request(find_order(request, reference, key), data)


@router.get("/{reference}/documents", response=DocumentsOut, summary="List invoices")
def list_documents(request: ApiRequest, reference: Reference, key: Key = "") -> dict[str, Any]:
    """List the invoices and credit notes of an order."""
    return _documents_out(find_order(request, reference, key))


@router.get(
    "/{reference}/documents/{pk}",
    response={200: None},
    openapi_extra=PDF,
    summary="Download an invoice",
)
def download_document(
    request: ApiRequest, reference: Reference, pk: Id, key: Key = ""
) -> HttpResponse:
    """Return an invoice or credit note as PDF."""
    order = find_order(request, reference, key)
    numbered = Document.objects.of_order(order.reference).numbered()
    return pdf_response(get_object_or_404(numbered, pk=pk))


@staff_router.post(
    "/orders/{reference}/invoice",
    response={202: DocumentsOut},
    summary="Issue the invoice of any order",
)
def create_staff_invoice(
    request: ApiRequest, reference: Reference, data: InvoiceIn
) -> Status[dict[str, Any]]:
    """Have the invoice of an order issued, as its customer can."""
    require(request, Scope.ORDERS, "bookings.change_order")
    return _request(get_object_or_404(Order, reference=reference), data)


@staff_router.get(
    "/orders/{reference}/documents",
    response=DocumentsOut,
    summary="List the invoices of any order",
)
def list_staff_documents(request: ApiRequest, reference: Reference) -> dict[str, Any]:
    """List the invoices and credit notes of an order."""
    require(request, Scope.ORDERS, "finance.view_document")
    return _documents_out(get_object_or_404(Order, reference=reference))


@staff_router.post(
    "/orders/{reference}/extend", response=TransferOut, summary="Extend a reservation"
)
def extend_staff_reservation(
    request: ApiRequest, reference: Reference, data: ExtensionIn
) -> dict[str, Any]:
    """Change until when an order can be paid by transfer. The customer is e-mailed."""
    require(request, Scope.ORDERS, "bookings.change_order")
    if data.payable_until.tzinfo is None:
        raise Problem(422, "invalid", _("Times need a time zone, such as 2026-12-09T22:59:00Z."))
    order = extend_reservation(
        order=get_object_or_404(Order, reference=reference),
        payable_until=data.payable_until,
        actor=request.caller.actor,
        reason=data.reason,
    )
    return _transfer_out(order)


def _request(order: Order, data: InvoiceIn) -> Status[dict[str, Any]]:
    form = InvoiceForm({f"invoice-{name}": value for name, value in data.dict().items()})
    if not form.is_valid():
        raise invalid_form(form)
    request_invoice(order=order, details=form.details())
    return Status(202, _documents_out(Order.objects.get(pk=order.pk)))


def _transfer_out(order: Order) -> dict[str, Any]:
    account = account_for(order)
    assert order.payable_until is not None
    return {
        "payable_until": utc(order.payable_until),
        "amount": money(order.amount_due, order.currency),
        "account_holder": account.holder,
        "iban": account.iban,
        "bank": account.bank,
        "reference": order.reference,
    }


def _documents_out(order: Order) -> dict[str, Any]:
    documents = Document.objects.of_order(order.reference).numbered().defer("content")
    return {
        "documents": [
            {
                "id": one.pk,
                "kind": one.kind,
                "number": one.number,
                "issued_on": one.issued_on,
                "gross": money(one.gross, one.currency),
                "net": money(one.net, one.currency),
                "tax": money(one.tax, one.currency),
            }
            for one in documents
        ],
        "is_awaited": order.invoice_details is not None,
    }
