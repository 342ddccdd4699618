"""The lines of a document for tickets, and the tax that they include."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import ROUND_DOWN, Decimal

from django.utils.translation import gettext as _

from bookings.models import Ticket
from core.money import coin
from core.tax import TaxLine, amounts_of_ticket, split_by_rate

from .content import Line, Tax


def taxes_of_tickets(
    tickets: Iterable[Ticket], currency: str, *, without_fees: bool = False
) -> list[Tax]:
    """Return the tax by rate that the price of these tickets includes, the highest rate first."""
    amounts = []
    for ticket in tickets:
        price, fee = amounts_of_ticket(ticket.price, ticket.fee, ticket.tax_rates)
        amounts += [price] if without_fees else [price, fee]
    return [as_tax(line) for line in split_by_rate(amounts, currency)]


def lines_of_tickets(
    tickets: Sequence[Ticket], taxes: Sequence[Tax], currency: str, *, without_fees: bool = False
) -> tuple[Line, ...]:
    """Return a line for equal tickets and one for equal fees, in the language in force.

    Tickets that cost nothing have a line too. The net amounts of the lines add up to those of
    `taxes` (EN 16931, BR-CO-10).
    """
    lines: dict[tuple[str, Decimal, Decimal, str], Line] = {}
    seats: dict[tuple[str, Decimal, Decimal, str], list[str]] = {}
    fees: list[tuple[str, Decimal, Decimal, str]] = []
    for ticket in tickets:
        (price, rate, exemption), (fee, fee_rate, fee_exemption) = amounts_of_ticket(
            ticket.price, ticket.fee, ticket.tax_rates
        )
        text = ", ".join(filter(None, [_("Ticket"), ticket.category, ticket.concession]))
        key = (text, price, rate, "" if rate else exemption)
        seats.setdefault(key, []).append(ticket.label)
        if fee and not without_fees:
            fees.append((_("Booking fee"), fee, fee_rate, "" if fee_rate else fee_exemption))
    for key, labels in seats.items():
        lines[key] = _line(key, len(labels), "; ".join(labels))
    for key in fees:
        lines[key] = _line(key, fees.count(key))
    return with_net_amounts(lines.values(), taxes, currency)


def with_net_amounts(
    lines: Iterable[Line], taxes: Iterable[Tax], currency: str
) -> tuple[Line, ...]:
    """Return the lines with net amounts that add up to those of `taxes`, rate by rate.

    What rounding leaves goes, unit by unit, to the lines that lost most by it.
    """
    unit, found = coin(currency), list(lines)
    for tax in taxes:
        own = [i for i, line in enumerate(found) if (line.rate, line.exemption) == tax.key]
        exact = {i: found[i].gross * tax.net / tax.gross for i in own}
        nets = {i: amount.quantize(unit, ROUND_DOWN) for i, amount in exact.items()}
        left = int((tax.net - sum(nets.values(), Decimal(0))) / unit)
        for i in sorted(own, key=lambda i: nets[i] - exact[i])[:left]:
            nets[i] += unit
        for i in own:
            found[i] = replace(found[i], net=nets[i])
    return tuple(found)


def as_tax(line: TaxLine) -> Tax:
    return Tax(line.rate, line.gross, line.net, line.tax, line.exemption)


def as_tax_line(tax: Tax) -> TaxLine:
    return TaxLine(tax.rate, tax.gross, tax.net, tax.tax, tax.exemption)


def _line(key: tuple[str, Decimal, Decimal, str], quantity: int, detail: str = "") -> Line:
    text, price, rate, exemption = key
    return Line(text, quantity, price * quantity, Decimal(0), rate, exemption, detail)
