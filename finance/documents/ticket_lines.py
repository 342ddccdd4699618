"""The lines of a document for tickets, and the tax that they include."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, Decimal

from django.utils.translation import gettext as _

from bookings.models import Ticket
from core.money import coin
from core.names import translated_name
from core.tax import TaxedAmount, TaxLine, TaxRates, amounts_of_ticket, split_by_rate

from .content import Line, Tax

# Text, price of one, rate, exemption: equal ones form one line.
Key = tuple[str, Decimal, Decimal, str]


@dataclass(frozen=True)
class Goods:
    """The goods of a document: tickets, with or without their fees, and the fee of the order."""

    currency: str
    tickets: tuple[Ticket, ...]
    order_fee: Decimal = Decimal(0)
    order_fee_rates: TaxRates = TaxRates()
    without_fees: bool = False

    @property
    def taxes(self) -> list[Tax]:
        """The tax by rate that is included, the highest rate first."""
        amounts = [amount for ticket in self.tickets for amount in self._amounts(ticket)]
        amounts.append(self._order_fee)
        return [as_tax(line) for line in split_by_rate(amounts, self.currency)]

    @property
    def gross(self) -> Decimal:
        return sum((tax.gross for tax in self.taxes), Decimal(0))

    def lines(self) -> tuple[Line, ...]:
        """Return a line for equal tickets and one for equal fees, in the language in force.

        Tickets that cost nothing have a line too. The net amounts of the lines add up to those of
        `taxes` (EN 16931, BR-CO-10).
        """
        seats: dict[Key, list[str]] = {}
        fees: list[Key] = []
        for ticket in self.tickets:
            price, *fee = self._amounts(ticket)
            names = [translated_name(name) for name in (ticket.category, ticket.concession) if name]
            text = ", ".join([_("Ticket"), *names])
            seats.setdefault(_key(text, price), []).append(ticket.label)
            fees += [_key(_("Booking fee"), amount) for amount in fee if amount[0]]
        if self.order_fee:
            fees.append(_key(_("Order fee"), self._order_fee))
        found = [_line(key, len(labels), "; ".join(labels)) for key, labels in seats.items()]
        found += [_line(key, fees.count(key)) for key in dict.fromkeys(fees)]
        return with_net_amounts(found, self.taxes, self.currency)

    def _amounts(self, ticket: Ticket) -> list[TaxedAmount]:
        amounts = amounts_of_ticket(ticket.price, ticket.fee, ticket.tax_rates)
        return amounts[:1] if self.without_fees else amounts

    @property
    def _order_fee(self) -> TaxedAmount:
        return self.order_fee, self.order_fee_rates.fee, self.order_fee_rates.exemption


def with_net_amounts(
    lines: Iterable[Line], taxes: Iterable[Tax], currency: str
) -> tuple[Line, ...]:
    """Return the lines with net amounts that add up to those of `taxes`, rate by rate.

    The rounding difference is added, unit by unit, to the lines that were rounded down most.
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


def _key(text: str, amount: TaxedAmount) -> Key:
    gross, rate, exemption = amount
    return text, gross, rate, "" if rate else exemption


def _line(key: Key, quantity: int, detail: str = "") -> Line:
    text, price, rate, exemption = key
    return Line(text, quantity, price * quantity, Decimal(0), rate, exemption, detail)
