"""Calculate the sales of performances from their entries of the transaction log.

It reads nothing else: not orders, tickets or payments. So the same figures can be calculated from
an exported log (`tools/verify_ledger.py` does).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from core.tax import TaxedAmount, TaxRates, amounts_of_ticket, split_by_rate

ZERO = Decimal(0)


@dataclass(frozen=True)
class SoldLine:
    """A valid ticket in the log: what was sold, through which channel."""

    category: str
    concession: str
    channel: str
    price: Decimal
    fee: Decimal
    tax: TaxRates


@dataclass
class BoxOffice:
    """The state of performances after some of their entries. Amounts are in `currency`."""

    currency: str = ""
    # (order, place): line. Cancelled tickets are removed.
    valid: dict[tuple[str, int], SoldLine] = field(default_factory=dict)
    comp_orders: set[str] = field(default_factory=set)
    # Places off sale: True for those that are held for guests.
    blocked: dict[int, bool] = field(default_factory=dict)
    # order: (fee, rate in per cent, exemption)
    order_fees: dict[str, TaxedAmount] = field(default_factory=dict)
    channels: dict[str, str] = field(default_factory=dict)
    paid: Decimal = ZERO
    refunded: Decimal = ZERO
    cancelled_count: int = 0

    def add(self, data: dict[str, Any]) -> None:
        """Apply one entry, as plain data (see `finance.ledger_seals.entry_data`)."""
        handler = getattr(self, f"_{data['kind']}", None)
        if handler:
            self.currency = self.currency or data["currency"]
            handler(data)

    def _payment(self, data: dict[str, Any]) -> None:
        self.paid += Decimal(data["amount"])

    def _refund(self, data: dict[str, Any]) -> None:
        self.refunded -= Decimal(data["amount"])

    def _sale(self, data: dict[str, Any]) -> None:
        order, detail = data["order"], data["detail"]
        self.channels[order] = detail.get("channel", "web")
        for line in detail.get("lines", ()):
            self.valid[order, line["place"]] = _line(line, self.channels[order])
        self._unblock(data)
        if "order_fee" in detail:
            rates = detail.get("order_fee_tax", ["0", "0", ""])
            self.order_fees[order] = Decimal(detail["order_fee"]), Decimal(rates[1]), rates[2]

    def _cancel(self, data: dict[str, Any]) -> None:
        order = data["order"]
        for place in data["places"]:
            if self.valid.pop((order, place), None) is not None:
                self.cancelled_count += 1
        if "order_fee" in data["detail"]:
            self.order_fees.pop(order, None)

    def _change(self, data: dict[str, Any]) -> None:
        order = data["order"]
        lines = data["detail"].get("lines", ())
        for place, line in zip(data["places"], lines, strict=False):
            before = self.valid.get((order, place))
            if before is not None:
                line = {"category": before.category, **line}
                self.valid[order, place] = _line(line, before.channel)

    def _move(self, data: dict[str, Any]) -> None:
        order, detail = data["order"], data["detail"]
        moves = zip(detail["from"], data["places"], strict=True)
        moved = [(new, self.valid.pop((order, old), None)) for old, new in moves]
        categories = detail.get("categories") or [None] * len(moved)
        for (place, line), category in zip(moved, categories, strict=True):
            if line is not None:
                self.valid[order, place] = replace(line, category=category or line.category)
        self._unblock(data)

    def _note(self, data: dict[str, Any]) -> None:
        if data["detail"].get("comp"):
            self.comp_orders.add(data["order"])

    def _block(self, data: dict[str, Any]) -> None:
        self.blocked |= dict.fromkeys(data["places"], "guest_hold" in data["detail"])

    def _unblock(self, data: dict[str, Any]) -> None:
        for place in data["places"]:
            self.blocked.pop(place, None)


@dataclass(frozen=True)
class SoldRow:
    """The tickets of one category, concession and channel."""

    category: str
    concession: str
    channel: str
    count: int
    gross: Decimal
    fees: Decimal


@dataclass(frozen=True)
class Figures:
    """The sales figures of a settlement. `tax` is (rate, gross, net, tax) by rate.

    `gross` are valid tickets with their fees and the order fees. `kept` is money that was paid and
    not refunded beyond that: fees kept for cancelled tickets, less goodwill refunds.
    """

    currency: str
    rows: list[SoldRow]
    comps: int
    guest_holds: int
    kills: int
    cancelled: int
    tickets: int
    ticket_fees: Decimal
    order_fees: Decimal
    gross: Decimal
    tax_lines: list[tuple[Decimal, Decimal, Decimal, Decimal]]
    tax: Decimal
    # The tax of the tickets without their fees, split by rate on its own.
    ticket_tax: Decimal
    paid: Decimal
    refunded: Decimal

    @property
    def kept(self) -> Decimal:
        return self.paid - self.refunded - self.gross

    @property
    def fees(self) -> Decimal:
        return self.ticket_fees + self.order_fees


def figures_of(entries: Iterable[dict[str, Any]]) -> Figures:
    """Return the figures after these entries, which are of one currency and in order."""
    state = BoxOffice()
    for data in entries:
        state.add(data)
    sold = {key: line for key, line in state.valid.items() if key[0] not in state.comp_orders}
    order_fees = [fee for order, fee in state.order_fees.items() if order not in state.comp_orders]
    taxed = [
        amount
        for line in sold.values()
        for amount in amounts_of_ticket(line.price, line.fee, line.tax)
    ]
    taxed += order_fees
    tax_lines = split_by_rate(taxed, state.currency)
    return Figures(
        currency=state.currency,
        rows=_rows(sold.values()),
        comps=sum(1 for order, _place in state.valid if order in state.comp_orders),
        guest_holds=sum(state.blocked.values()),
        kills=len(state.blocked) - sum(state.blocked.values()),
        cancelled=state.cancelled_count,
        tickets=len(sold),
        ticket_fees=sum((line.fee for line in sold.values()), ZERO),
        order_fees=sum((fee for fee, _rate, _reason in order_fees), ZERO),
        gross=sum((amount for amount, _rate, _reason in taxed), ZERO),
        tax_lines=[(line.rate, line.gross, line.net, line.tax) for line in tax_lines],
        tax=sum((line.tax for line in tax_lines), ZERO),
        ticket_tax=_ticket_tax(sold.values(), state.currency),
        paid=state.paid,
        refunded=state.refunded,
    )


def _line(line: dict[str, Any], channel: str) -> SoldLine:
    ticket, fee, exemption = line.get("tax") or ("0", "0", "")
    return SoldLine(
        category=line["category"],
        concession=line["concession"],
        channel=channel,
        price=Decimal(line["price"]),
        fee=Decimal(line["fee"]),
        tax=TaxRates(ticket=Decimal(ticket), fee=Decimal(fee), exemption=exemption),
    )


def _ticket_tax(lines: Iterable[SoldLine], currency: str) -> Decimal:
    taxed = [(line.price - line.fee, line.tax.ticket, line.tax.exemption) for line in lines]
    return sum((line.tax for line in split_by_rate(taxed, currency)), ZERO)


def _rows(lines: Iterable[SoldLine]) -> list[SoldRow]:
    grouped: dict[tuple[str, str, str], list[SoldLine]] = defaultdict(list)
    for line in lines:
        grouped[line.category, line.concession, line.channel].append(line)
    return [
        SoldRow(
            *key,
            count=len(group),
            gross=sum((line.price for line in group), ZERO),
            fees=sum((line.fee for line in group), ZERO),
        )
        for key, group in sorted(grouped.items())
    ]
