"""The tax that an order's tickets include, by rate, as they were sold."""

from collections.abc import Iterable

from core.tax import TaxedAmount, TaxLine, amounts_of_ticket, split_by_rate

from ..models import Order, Ticket


def tax_lines(
    order: Order,
    *,
    tickets: Iterable[Ticket] | None = None,
    without_fees: bool = False,
    with_order_fee: bool = False,
) -> list[TaxLine]:
    """Return the tax by rate, the highest rate first; empty if nothing costs anything.

    By default of all valid tickets of the order, which costs a query, and of its order fee unless
    that was refunded. With `tickets`, such as those of a refund, of exactly these, valid or not,
    and of the order fee only `with_order_fee`. `without_fees` leaves the fees of the tickets out,
    as a refund that keeps them does.
    """
    if tickets is None:
        tickets = Ticket.objects.valid().filter(order=order)
        with_order_fee = order.order_fee_refunded_at is None
    amounts = [amount for ticket in tickets for amount in _amounts(ticket, without_fees)]
    if with_order_fee:
        amounts += amounts_of_ticket(order.order_fee, order.order_fee, order.order_fee_rates)
    return split_by_rate(amounts, order.currency)


def _amounts(ticket: Ticket, without_fee: bool) -> list[TaxedAmount]:
    net_of_fee, fee = amounts_of_ticket(ticket.price, ticket.fee, ticket.tax_rates)
    return [net_of_fee] if without_fee else [net_of_fee, fee]
