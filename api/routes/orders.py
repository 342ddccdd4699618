"""Order what is held, pay, and manage orders."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Literal

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.crypto import constant_time_compare
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema, Status

from bookings.aftersale.cancellation import cancel_tickets
from bookings.aftersale.customer_status import OrderState, customer_status_of
from bookings.aftersale.refunds import Amounts, amounts_of
from bookings.checkout_fields import DetailsForm
from bookings.documents.ticket_codes import code_of
from bookings.exceptions import InvalidRequest
from bookings.models import Order, Ticket
from bookings.sale.answers import order_answers
from bookings.sale.order_tax import tax_lines
from bookings.sale.orders import place_order
from bookings.sale.payment_pages import open_order_page
from bookings.sale.queries import held_places
from bookings.sale.quotes import Line as QuoteLine
from bookings.sale.quotes import from_json
from core.email_addresses import normalise_email
from core.links import absolute
from core.tax import TaxLine, rate_text
from organisation.legal_texts import current_text, published_text
from organisation.models import Channel, LegalText
from payments.charges import settle_payment
from payments.exceptions import AlreadyPaid
from payments.models import DemoCharge, Payment, Refund
from payments.providers import is_enabled
from payments.providers.demo.bank import pay as pay_at_demo_bank
from shows.terms import terms_of

from ..callers import ANYBODY, ApiRequest, customer_of
from ..problems import Problem, invalid_form
from ..schemas import (
    Id,
    Limit,
    Money,
    Offset,
    OneOf,
    Page,
    TaxOut,
    money,
    page_of_list,
    tax_out,
    utc,
)
from .holds import Line, Token, find_hold, line_out

router = Router(auth=ANYBODY)
Reference = Annotated[str, Field(min_length=1, max_length=12, examples=["7KQ2M9XA"])]
Key = Annotated[str, Field(max_length=32, description="The order's key, without an account.")]
OrderStatus = Annotated[str, OneOf.of(Order.Status.values)]
PaymentState = Annotated[str, OneOf.of(OrderState)]


class OrderIn(Schema):
    hold: Token
    quote: Annotated[str, Field(max_length=100, description="From the hold.")]
    email: Annotated[str, Field(max_length=254, examples=["alice@example.org"])]
    name: Annotated[str, Field(min_length=1, max_length=150, examples=["Alice Archer"])]
    details: Annotated[
        dict[str, str],
        Field(
            max_length=500,
            description="Answers to the performance's `questions`, by name. Of questions for each "
            "ticket, the name is followed by a hyphen and the id of the place: `question_7-1234`.",
        ),
    ] = {}


class TicketBase(Schema):
    id: int
    status: Annotated[str, OneOf.of(Ticket.Status.values)]
    label: str = Field(examples=["Stalls, row F, seat 12"])
    category: str
    concession: str
    price: Money
    fee: Money = Field(description="The part of the price that is the booking fee.")
    tax_rate: str = Field(description="Of the price without the fee, in per cent.", examples=["7"])
    fee_tax_rate: str = Field(description="Of the fee, in per cent.", examples=["19"])
    tax_exemption: str = Field(description="Why a rate is 0, if there is a reason.")
    holder: str = Field(description="The name on the ticket, if it differs from the order's.")
    details: dict[str, str] = Field(description="The answers to questions for each ticket.")


class TicketOut(TicketBase):
    code: str | None = Field(description="The content of the QR code; null once cancelled.")


class RefundOut(Schema):
    amount: Money
    status: Annotated[str, OneOf.of(Refund.Status.values)]
    reason: str


class OrderBase(Schema):
    reference: str = Field(examples=["7KQ2M9XA"])
    status: OrderStatus
    payment_state: PaymentState
    performance: int
    title: str
    starts_at: datetime
    time_zone: str
    name: str
    total: Money = Field(description="The price when it was ordered.")
    paid: Money
    refunded: Money = Field(description="All refunds, including those not yet sent.")
    balance: Money = Field(description="`paid` less `refunded`.")
    quantity: int
    created_at: datetime
    payable_until: datetime | None = Field(description="Of an order to be paid by bank transfer.")
    url: str = Field(description="Its page.")


class OrderOut(OrderBase):
    email: str
    details: dict[str, str] = Field(description="The answers to the checkout form's own fields.")
    key: str | None = Field(None, description="Opens the order without an account; keep it safe.")


class OrderDetail(OrderOut):
    channel: Annotated[str, OneOf.of(Channel.values)]
    accepted_terms: str | None = Field(
        description="URL of the version of the terms of sale that the customer accepted. Null for "
        "sales by staff."
    )
    lines: list[Line]
    order_fee: Money = Field(description="The part of the total beside the prices of the lines.")
    tax: list[TaxOut] = Field(description="What valid tickets and the order fee include, by rate.")
    tickets: list[TicketOut]
    refunds: list[RefundOut]


class PaymentOut(Schema):
    status: Annotated[str, OneOf.of(Payment.Status.values)]
    amount: Money
    pay_url: str | None = Field(description="Where the customer pays, in a browser.")


class PaymentIn(Schema):
    demo: bool = Field(
        False,
        description="Pay at the demo bank without a browser. 422 where the site does not use the "
        "demo bank; production sites do not.",
    )


class Cancellation(Schema):
    tickets: Annotated[list[Id], Field(min_length=1, max_length=50)] | None = Field(
        None, description="Ids of tickets; all of them if left out."
    )


@router.post("", response={201: OrderDetail}, summary="Place an order")
def create_order(request: ApiRequest, data: OrderIn) -> Status[dict[str, Any]]:
    """Order what is held. The same hold always gives the same order."""
    customer = customer_of(request)
    hold = find_hold(customer, data.hold)
    details = DetailsForm(data.details)
    questions = terms_of(hold.performance_id).questions
    per_ticket = any(question.per_ticket for question in questions)
    details.ask(questions, [place.pk for place in held_places(hold)] if per_ticket else ())
    if not details.is_valid():
        raise invalid_form(details, member="details")
    placed = place_order(
        hold=hold,
        quote_token=data.quote,
        customer=customer,
        email=_valid_email(data.email),
        name=data.name,
        language=get_language() or "en",
        details=details.details(),
        accepted_terms=accepted.id if (accepted := current_text(LegalText.Kind.TERMS)) else None,
    )
    return Status(201, order_detail(_reload(placed), with_key=True))


@router.get("", response=Page[OrderOut], summary="List orders")
def list_orders(
    request: ApiRequest,
    when: Literal["upcoming", "past"] = "upcoming",
    limit: Limit = 20,
    offset: Offset = 0,
) -> dict[str, Any]:
    """List the orders of the account, or of this guest."""
    rows = Order.objects.made_by(customer_of(request)).shown()
    rows = rows.past() if when == "past" else rows.upcoming()
    rows = rows.select_related("performance__show", "performance__venue")
    return page_of_list(rows, orders_out, limit=limit, offset=offset)


@router.get("/{reference}", response=OrderDetail, summary="Get an order")
def get_order(request: ApiRequest, reference: Reference, key: Key = "") -> dict[str, Any]:
    """Return an order, with its tickets and refunds."""
    found = find_order(request, reference, key)
    return order_detail(customer_status_of(found, refresh=True).order)


@router.post("/{reference}/payment", response=PaymentOut, summary="Pay an order")
def start_payment(
    request: ApiRequest, reference: Reference, data: PaymentIn, key: Key = ""
) -> dict[str, Any]:
    """Start or resume the payment. Repeated, it is the same payment."""
    found = find_order(request, reference, key)
    if data.demo and not is_enabled("demo"):
        raise _demo_disabled()
    status = customer_status_of(found, refresh=True)
    if status.state == OrderState.LAPSED:
        raise Problem(410, "hold-expired", _("The reservation has expired."))
    if status.state == OrderState.CONFIRMED:
        return _paid(status.order)
    return_url = absolute(status.order.get_absolute_url())
    try:
        payment, url = open_order_page(order=status.order, return_url=return_url, for_page=True)
    except AlreadyPaid:
        return _paid(status.order)
    if data.demo:
        return _payment_out(_pay_now(payment), None)
    return _payment_out(payment, absolute(url))


@router.post("/{reference}/cancel", response=OrderDetail, summary="Cancel tickets")
def cancel_order(
    request: ApiRequest, reference: Reference, data: Cancellation, key: Key = ""
) -> dict[str, Any]:
    """Cancel tickets and refund them, as long as the performance allows it."""
    found = find_order(request, reference, key)
    cancel_tickets(order=found, actor=customer_of(request).actor, ticket_ids=data.tickets)
    return order_detail(_reload(found))


def find_order(request: ApiRequest, reference: str, key: str = "") -> Order:
    """Return the order if the caller may see it, or raise `Http404`."""
    customer = customer_of(request)
    order = Order.objects.select_related("hold").filter(reference=reference).first()
    if order is None or not (order.is_of(customer) or constant_time_compare(key, order.key)):
        raise Http404
    return order


def orders_out(orders: list[Order]) -> list[dict[str, Any]]:
    """Render orders for a list. Three queries, whatever the number of orders."""
    amounts = amounts_of(orders)
    return [_order_out(order, amounts.get(order.pk, Amounts())) for order in orders]


def accepted_terms_url(order: Order) -> str | None:
    """Return the URL of the version of the terms that was accepted with the order."""
    text = published_text(order.accepted_terms_id)
    return absolute(text.get_absolute_url()) if text else None


def _order_out(order: Order, amounts: Amounts) -> dict[str, Any]:
    performance = order.performance
    return {
        "reference": order.reference,
        "status": order.status,
        "payment_state": (OrderState.CONFIRMED if order.is_confirmed else OrderState.TO_PAY).value,
        "performance": order.performance_id,
        "title": performance.show.title,
        "starts_at": utc(performance.starts_at),
        "time_zone": performance.venue.time_zone,
        "email": order.email,
        "name": order.name,
        "details": order_answers(order.details),
        **_amounts_out(order, amounts),
        "quantity": order.quantity,
        "created_at": utc(order.created_at),
        "payable_until": utc(order.payable_until) if order.payable_until else None,
        "url": absolute(order.get_absolute_url()),
    }


def order_detail(
    order: Order, *, with_key: bool = False, with_codes: bool = True
) -> dict[str, Any]:
    """Render an order with its lines, tickets and refunds."""
    payments = Payment.objects.captured().for_purpose_and_additions(order.reference)
    refunds = Refund.objects.filter(payment__in=payments).order_by("pk")
    terms, tickets = terms_of(order.performance_id), list(order.in_order())
    return {
        "reference": order.reference,
        "key": order.key if with_key else None,
        "status": order.status,
        "payment_state": customer_status_of(order).state.value,
        "performance": order.performance_id,
        "title": terms.show_title,
        "starts_at": utc(terms.starts_at),
        "time_zone": str(terms.zone),
        "email": order.email,
        "name": order.name,
        "details": order_answers(order.details),
        **_amounts_out(order, amounts_of([order]).get(order.pk, Amounts())),
        "quantity": order.quantity,
        "created_at": utc(order.created_at),
        "payable_until": utc(order.payable_until) if order.payable_until else None,
        "url": absolute(order.get_absolute_url()),
        "channel": order.channel,
        "accepted_terms": accepted_terms_url(order),
        "lines": [line_out(line, order.currency) for line in _lines(order)],
        "order_fee": money(order.order_fee, order.currency),
        "tax": tax_out(_tax_lines(order, tickets), order.currency),
        "tickets": [ticket_out(ticket, order.currency, with_code=with_codes) for ticket in tickets],
        "refunds": [
            {
                "amount": money(refund.amount, order.currency),
                "status": refund.status,
                "reason": refund.reason,
            }
            for refund in refunds
        ],
    }


def _amounts_out(order: Order, amounts: Amounts) -> dict[str, Any]:
    return {
        "total": money(order.total, order.currency),
        "paid": money(amounts.paid, order.currency),
        "refunded": money(amounts.refunded, order.currency),
        "balance": money(amounts.balance, order.currency),
    }


def ticket_out(ticket: Ticket, currency: str, *, with_code: bool = True) -> dict[str, Any]:
    """Render a ticket, with its code unless it is for staff."""
    ticket_base = {
        "id": ticket.pk,
        "status": ticket.status,
        "label": ticket.label,
        "category": ticket.category,
        "concession": ticket.concession,
        "price": money(ticket.price, currency),
        "fee": money(ticket.fee, currency),
        "tax_rate": rate_text(ticket.tax_rate),
        "fee_tax_rate": rate_text(ticket.fee_tax_rate),
        "tax_exemption": ticket.tax_exemption,
        "holder": ticket.holder,
        "details": ticket.details,
    }
    if not with_code:
        return ticket_base
    return ticket_base | {"code": code_of(ticket) if ticket.is_valid else None}


def _tax_lines(order: Order, tickets: list[Ticket]) -> list[TaxLine]:
    if not order.is_confirmed:
        return []
    valid = [ticket for ticket in tickets if ticket.is_valid]
    return tax_lines(order, tickets=valid, with_order_fee=order.order_fee_refunded_at is None)


def _lines(order: Order) -> Iterable[QuoteLine]:
    return from_json(order.quote)


def _reload(order: Order) -> Order:
    return Order.objects.select_related("hold").get(pk=order.pk)


def _valid_email(email: str) -> str:
    try:
        return normalise_email(email)
    except ValidationError as error:
        raise InvalidRequest(error.messages) from None


def _pay_now(payment: Payment) -> Payment:
    if payment.provider != "demo":
        raise _demo_disabled()
    charge = DemoCharge.objects.get(key=payment.key)
    pay_at_demo_bank(charge)
    return settle_payment(payment)


def _demo_disabled() -> Problem:
    return Problem(422, "demo-disabled", _("This site does not use the demo bank."))


def _paid(order: Order) -> dict[str, Any]:
    payment = Payment.objects.captured().for_purpose(order.reference).order_by("pk").first()
    if payment is None:  # Free of charge.
        return {"status": "captured", "amount": money(order.total, order.currency), "pay_url": None}
    return _payment_out(payment, None)


def _payment_out(payment: Payment, url: str | None) -> dict[str, Any]:
    return {
        "status": payment.status,
        "amount": money(payment.amount, payment.currency),
        "pay_url": url,
    }
