"""Buying what is held, paying, and what can be done with it afterwards."""

from datetime import datetime
from typing import Annotated, Literal

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.crypto import constant_time_compare
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema, Status

from bookings.aftersale.cancellation import cancel_tickets
from bookings.aftersale.customer_status import Outlook, customer_status_of
from bookings.documents.ticket_codes import code_of
from bookings.exceptions import NotUnderstood
from bookings.models import Order
from bookings.sale.orders import place_order, start_order_payment
from core.absolute_urls import absolute
from core.email_addresses import normalise_email
from payments.charges import pay_url, settle_payment
from payments.exceptions import AlreadyPaid
from payments.models import DemoCharge, Payment, Refund
from payments.providers import is_enabled
from payments.providers.demo.bank import pay as pay_at_demo_bank
from shows.terms import terms_of

from ..callers import ANYBODY, customer_of
from ..problems import Problem
from ..schemas import Id, Limit, Money, Offset, Page, money, page_of, utc
from .holds import Line, Token, get_hold, line_out

router = Router(auth=ANYBODY)
Reference = Annotated[str, Field(min_length=1, max_length=12)]
Key = Annotated[str, Field(max_length=32, description="The order's key, for who has no account.")]


class OrderIn(Schema):
    hold: Token
    quote: Annotated[str, Field(max_length=100, description="As the hold told it.")]
    email: Annotated[str, Field(max_length=254)]
    name: Annotated[str, Field(min_length=1, max_length=150)]


class TicketFacts(Schema):
    id: int
    status: str
    label: str
    category: str
    concession: str
    price: Money
    holder: str


class TicketOut(TicketFacts):
    code: str | None = Field(description="What the QR code says; none once cancelled.")


class RefundOut(Schema):
    amount: Money
    status: Literal["queued", "sent", "failed"]
    reason: str


class OrderFacts(Schema):
    reference: str
    status: str = Field(description="pending, paid, lapsed, cancelled")
    outlook: str = Field(description="to_pay, waiting, declined, confirmed, lapsed")
    performance: int
    title: str
    starts_at: datetime
    time_zone: str
    name: str
    total: Money
    quantity: int
    created_at: datetime
    url: str


class OrderOut(OrderFacts):
    email: str
    key: str | None = Field(None, description="Opens the order without an account; keep it.")


class OrderDetail(OrderOut):
    lines: list[Line]
    tickets: list[TicketOut]
    refunds: list[RefundOut]


class PaymentOut(Schema):
    status: Literal["open", "captured", "failed"]
    amount: Money
    pay_url: str | None = Field(description="Where the customer pays, in a browser.")


class PaymentIn(Schema):
    demo: bool = Field(
        False,
        description="At the demo bank: pay at once instead of sending somebody there. Refused with "
        "422 where the site does not use the demo bank; production sites do not.",
    )


class Cancellation(Schema):
    tickets: Annotated[list[Id], Field(min_length=1, max_length=50)] | None = Field(
        None, description="Which ones; all of them if left out."
    )


@router.post("", response={201: OrderDetail})
def order(request, data: OrderIn):
    """Order what is held. The same hold always gives the same order."""
    customer = customer_of(request)
    placed = place_order(
        hold=get_hold(customer, data.hold),
        seen=data.quote,
        customer=customer,
        email=_address(data.email),
        name=data.name,
        language=get_language() or "en",
    )
    return Status(201, order_detail(_fresh(placed), with_key=True))


@router.get("", response=Page[OrderOut])
def orders(
    request, when: Literal["upcoming", "past"] = "upcoming", limit: Limit = 20, offset: Offset = 0
):
    """List what the account, or this guest, has booked."""
    rows = Order.objects.made_by(customer_of(request)).shown()
    rows = rows.past() if when == "past" else rows.upcoming()
    rows = rows.select_related("performance__show", "performance__venue")
    return page_of(rows, order_out, limit=limit, offset=offset)


@router.get("/{reference}", response=OrderDetail)
def read_order(request, reference: Reference, key: Key = ""):
    """Read an order, with its tickets and what of its money went back."""
    found = get_order(request, reference, key)
    return order_detail(customer_status_of(found, ask=True).order)


@router.post("/{reference}/payment", response=PaymentOut)
def pay(request, reference: Reference, data: PaymentIn, key: Key = ""):
    """Begin to pay, or go on. Asked twice it is the same payment."""
    found = get_order(request, reference, key)
    if data.demo and not is_enabled("demo"):
        raise _not_demo()
    standing = customer_status_of(found, ask=True)
    if standing.outlook == Outlook.LAPSED:
        raise Problem(410, "hold-lapsed", "The time for this order has run out.")
    if standing.outlook == Outlook.CONFIRMED:
        return _paid(standing.order)
    address = absolute(standing.order.get_absolute_url())
    try:
        payment = start_order_payment(order=standing.order, return_url=address)
    except AlreadyPaid:
        return _paid(standing.order)
    address = pay_url(payment)
    if data.demo:
        return _payment_out(_pay_now(payment), None)
    return _payment_out(payment, absolute(address))


@router.post("/{reference}/cancel", response=OrderDetail)
def cancel(request, reference: Reference, data: Cancellation, key: Key = ""):
    """Give tickets back, as long as the performance allows it. The money is on its way at once."""
    found = get_order(request, reference, key)
    cancel_tickets(order=found, actor=customer_of(request).actor, ticket_ids=data.tickets)
    return order_detail(_fresh(found))


def get_order(request, reference, key=""):
    """Return the order to those who may see it, or 404."""
    customer = customer_of(request)
    order = Order.objects.select_related("hold").filter(reference=reference).first()
    if order is None or not (order.is_of(customer) or constant_time_compare(key, order.key)):
        raise Http404
    return order


def order_out(order):
    performance = order.performance
    return {
        "reference": order.reference,
        "status": order.status,
        "outlook": _outlook(order),
        "performance": order.performance_id,
        "title": performance.show.title,
        "starts_at": utc(performance.starts_at),
        "time_zone": performance.venue.time_zone,
        "email": order.email,
        "name": order.name,
        "total": money(order.total, order.currency),
        "quantity": order.quantity,
        "created_at": utc(order.created_at),
        "url": absolute(order.get_absolute_url()),
    }


def order_detail(order, *, with_key=False, with_codes=True):
    refunds = Refund.objects.filter(payment__purpose=order.reference).order_by("pk")
    terms = terms_of(order.performance_id)
    return {
        "reference": order.reference,
        "key": order.key if with_key else None,
        "status": order.status,
        "outlook": customer_status_of(order).outlook.value,
        "performance": order.performance_id,
        "title": terms.show_title,
        "starts_at": utc(terms.starts_at),
        "time_zone": str(terms.zone),
        "email": order.email,
        "name": order.name,
        "total": money(order.total, order.currency),
        "quantity": order.quantity,
        "created_at": utc(order.created_at),
        "url": absolute(order.get_absolute_url()),
        "lines": [line_out(line, order.currency) for line in _lines(order)],
        "tickets": [
            ticket_out(ticket, order.currency, with_code=with_codes) for ticket in order.in_order()
        ],
        "refunds": [
            {
                "amount": money(refund.amount, order.currency),
                "status": refund.status,
                "reason": refund.reason,
            }
            for refund in refunds
        ],
    }


def ticket_out(ticket, currency, *, with_code=True):
    facts = {
        "id": ticket.pk,
        "status": ticket.status,
        "label": ticket.label,
        "category": ticket.category,
        "concession": ticket.concession,
        "price": money(ticket.price, currency),
        "holder": ticket.holder,
    }
    if not with_code:
        return facts
    return facts | {"code": code_of(ticket) if ticket.is_valid else None}


def _lines(order):
    from bookings.sale.quotes import from_json

    return from_json(order.quote)


def _outlook(order):
    """What a list can say without asking for each row."""
    return "confirmed" if order.is_confirmed else "to_pay"


def _fresh(order):
    return Order.objects.select_related("hold").get(pk=order.pk)


def _address(email):
    try:
        return normalise_email(email)
    except ValidationError as error:
        raise NotUnderstood(error.messages) from None


def _pay_now(payment):
    if payment.provider != "demo":
        raise _not_demo()
    charge = DemoCharge.objects.get(key=payment.key)
    pay_at_demo_bank(charge)
    return settle_payment(payment)


def _not_demo():
    return Problem(422, "not-demo", _("Only the demo bank pays at once."))


def _paid(order):
    payment = Payment.objects.captured().for_purpose(order.reference).order_by("pk").first()
    if payment is None:  # It cost nothing.
        return {"status": "captured", "amount": money(order.total, order.currency), "pay_url": None}
    return _payment_out(payment, None)


def _payment_out(payment, address):
    return {
        "status": payment.status,
        "amount": money(payment.amount, payment.currency),
        "pay_url": address,
    }
