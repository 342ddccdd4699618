"""Book captured payments by what was bought and its tax rates."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal

from django.db.models import F
from django.utils import timezone

from bookings.models import Order, Ticket, TicketChange
from bookings.sale.quotes import from_json
from core.tax import TaxRates, amounts_of_ticket, rate_text
from payments.models import Payment

from ..documents.refund_shares import UNFULFILLED
from ..models import Document
from .entries import Booking, Purpose, Side, money_side

ZERO = Decimal(0)
BATCH = 2000
# (purpose, rate): gross amount
Shares = dict[tuple[str, str], Decimal]


def sales_between(since: datetime, until: datetime) -> Iterator[Booking]:
    """Yield a line for each payment captured in that time, and each account that it concerns."""
    payments = Payment.objects.captured().filter(captured_at__gte=since, captured_at__lt=until)
    rows = payments.order_by("captured_at", "pk").prefetch_related("refunds")
    batch: list[Payment] = []
    for payment in rows.iterator(chunk_size=BATCH):
        batch.append(payment)
        if len(batch) == BATCH:
            yield from _bookings(batch)
            batch = []
    yield from _bookings(batch)


def shares_of_order(order: Order) -> Shares:
    """Return the parts of an order's total, as its customer confirmed it."""
    shares: Shares = {}
    for line in from_json(order.quote, order.tax_rates):
        _add(shares, line.price, line.fee, line.rates)
    if order.order_fee:
        _add_one(shares, Purpose.FEES, order.order_fee, order.order_fee_tax_rate)
    return shares


def numbers_of(references: Iterable[str], kind: str = "invoice") -> dict[str, str]:
    """Return the number of the first invoice of each order that has one."""
    found = Document.objects.filter(order__in=references, kind=kind).order_by("-pk")
    return dict(found.values_list("order", "number"))


def reference_of(purpose: str) -> str:
    """Return the order that a payment's purpose is about: "ABCD2345-1" is a change of it."""
    return purpose.partition("-")[0]


def orders_of(references: Iterable[str]) -> dict[str, Order]:
    """Return the orders by their reference, for `seller_of`."""
    orders = Order.objects.filter(reference__in=references)
    orders = orders.annotate(of_seller=F("performance__show__seller"))
    return {order.reference: order for order in orders}


def seller_of(order: Order | None) -> int | None:
    """Return the ID of the seller that the order's show names, or None."""
    return getattr(order, "of_seller", None)


def _bookings(payments: list[Payment]) -> Iterator[Booking]:
    references = {reference_of(payment.purpose) for payment in payments}
    orders = orders_of(references)
    changes = TicketChange.objects.filter(reference__in={one.purpose for one in payments})
    by_change = {change.reference: change for change in changes.select_related("order")}
    numbers = numbers_of(references)
    for payment in payments:
        order = orders.get(reference_of(payment.purpose))
        number = numbers.get(reference_of(payment.purpose))
        seller = seller_of(order)
        yield from _of_payment(payment, _shares(payment, order, by_change), number, seller)


def _of_payment(
    payment: Payment, shares: Shares, number: str | None, seller: int | None
) -> Iterator[Booking]:
    for (purpose, detail), amount in sorted(shares.items()):
        if amount:
            yield Booking(
                day=timezone.localdate(payment.captured_at),
                debit=money_side(payment.provider),
                credit=Side(purpose, detail),
                amount=amount,
                currency=payment.currency,
                document=number or reference_of(payment.purpose),
                text=payment.description,
                seller=seller,
            )


def _shares(payment: Payment, order: Order | None, changes: dict[str, TicketChange]) -> Shares:
    """Return what a payment paid for: nothing if it was refunded at once."""
    bought_nothing = any(refund.key.startswith(UNFULFILLED) for refund in payment.refunds.all())
    if order is None or bought_nothing:
        return {(Purpose.UNFULFILLED, ""): payment.amount}
    if payment.purpose in changes:
        return _shares_of_change(changes[payment.purpose])
    return shares_of_order(order)


def _shares_of_change(change: TicketChange) -> Shares:
    """Return what tickets cost more after a change, by their rates."""
    tickets = Ticket.objects.in_bulk([line["ticket"] for line in change.lines])
    shares: Shares = {}
    for line in change.lines:
        rates = tickets[line["ticket"]].tax_rates
        more = Decimal(line["price"]) - Decimal(line["old_price"])
        _add(shares, more, ZERO, rates)
    return shares


def _add(shares: Shares, price: Decimal, fee: Decimal, rates: TaxRates) -> None:
    (ticket, rate, _reason), (of_fee, fee_rate, _fee_reason) = amounts_of_ticket(price, fee, rates)
    _add_one(shares, Purpose.REVENUE, ticket, rate)
    _add_one(shares, Purpose.FEES, of_fee, fee_rate)


def _add_one(shares: Shares, purpose: str, amount: Decimal, rate: Decimal) -> None:
    key = (str(purpose), rate_text(rate))
    shares[key] = shares.get(key, ZERO) + amount
