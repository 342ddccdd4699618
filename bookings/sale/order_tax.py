"""The tax that an order's tickets include, by rate, as they were sold."""

from collections.abc import Iterable

from core.tax import TaxedAmount, TaxLine, amounts_of_ticket, split_by_rate

from ..models import Order, Ticket


def tax_lines(
    order: Order, *, tickets: Iterable[Ticket] | None = None, without_fees: bool = False
) -> list[TaxLine]:
    """Return the tax by rate, the highest rate first; empty if nothing costs anything.

    By default of all valid tickets of the order, which costs a query. With `tickets`, such as those
    of a refund, of exactly these, valid or not. `without_fees` leaves the fees of the tickets out,
    as a refund that keeps them does.
    """
    chosen = Ticket.objects.valid().filter(order=order) if tickets is None else tickets
    amounts = [amount for ticket in chosen for amount in _amounts(ticket, without_fees)]
    return split_by_rate(amounts, order.currency)


def _amounts(ticket: Ticket, without_fee: bool) -> list[TaxedAmount]:
    net_of_fee, fee = amounts_of_ticket(ticket.price, ticket.fee, ticket.tax_rates)
    return [net_of_fee] if without_fee else [net_of_fee, fee]
