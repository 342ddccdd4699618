"""The refunds of an order, and the share of tax in each of them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bookings.aftersale.cancellation import refund_key, refund_key_of_moved
from bookings.models import LedgerEntry, Order, Ticket
from core.tax import share_of, tax_line
from payments.models import Payment, Refund

from .content import Tax
from .ticket_lines import Goods, as_tax, as_tax_line

# Refunds of payments without an order: they belong to no document.
UNFULFILLED = ("not-fulfilled:", "unknown:")
CHANGE = "change:"
# A refund whose money comes from several payments has parts named "key+1", "key+2".
PART = re.compile(r"\+\d{1,3}\Z")


@dataclass(frozen=True)
class RefundGroup:
    """One refund as the customer sees it: all parts, from whichever payments they came."""

    key: str
    refunds: tuple[Refund, ...]

    @property
    def amount(self) -> Decimal:
        return sum((refund.amount for refund in self.refunds), Decimal(0))

    @property
    def is_for_change(self) -> bool:
        """Whether it reduced the price of tickets, which then includes it."""
        return self.key.startswith(CHANGE)

    @property
    def first(self) -> Refund:
        return self.refunds[0]


def refunds_of(order: Order) -> list[RefundGroup]:
    """Return the refunds of the order, queued ones included, in the order of the requests."""
    payments = Payment.objects.captured().for_purpose_and_additions(order.reference)
    groups: dict[str, list[Refund]] = {}
    refunds = Refund.objects.filter(payment__in=payments)
    for refund in refunds.exclude(status=Refund.Status.WITHDRAWN).order_by("pk"):
        if not refund.key.startswith(UNFULFILLED):
            groups.setdefault(PART.sub("", refund.key), []).append(refund)
    return [RefundGroup(key, tuple(parts)) for key, parts in groups.items()]


def goods_refunded(order: Order, group: RefundGroup) -> Goods | None:
    """Return the goods that were cancelled and refunded, if the amount is exactly their price.

    Tickets that the order paid for may have been moved to another one, and cancelled there. None
    for refunds by hand, for changes of tickets, and where a part had been refunded before.
    """
    paid = Ticket.objects.paid_by(order)
    places = {order.reference, *paid.values_list("order__reference", flat=True)}
    for entry in LedgerEntry.objects.filter(order__in=places, kind=LedgerEntry.Kind.CANCEL):
        ids, is_own = entry.detail.get("tickets", []), entry.order == order.reference
        key = refund_key(ids) if is_own else refund_key_of_moved(ids, order)
        if key == group.key:
            goods = Goods(
                currency=order.currency,
                tickets=tuple(paid.filter(pk__in=ids).order_by("place_id")),
                order_fee=Decimal(entry.detail.get("order_fee", 0) if is_own else 0),
                order_fee_rates=order.order_fee_rates,
            )
            choices = (goods, replace(goods, without_fees=True))
            return next((one for one in choices if one.gross == group.amount), None)
    return None


def taxes_of_refund(
    amount: Decimal, goods: Goods | None, left: Sequence[Tax], currency: str
) -> list[Tax]:
    """Return the tax in a refund of `amount`, at most what is `left` of the documents before it.

    That of the `goods`, if they are known and still left; otherwise, as of a refund by hand, a
    share of everything that is left, in proportion to the gross amounts.
    """
    amount = min(amount, sum((tax.gross for tax in left), Decimal(0)))
    wanted = goods.taxes if goods else []
    room = {tax.key: tax for tax in left}
    fits = all(tax.key in room and tax.gross <= room[tax.key].gross for tax in wanted)
    if not fits or sum((tax.gross for tax in wanted), Decimal(0)) != amount:
        shares = share_of([as_tax_line(tax) for tax in left], amount, currency)
        wanted = [as_tax(share) for share in shares]
    return [_within(tax, room[tax.key], currency) for tax in wanted]


def less(taxes: Iterable[Tax], others: Iterable[Tax]) -> list[Tax]:
    """Return the taxes by rate less the others, without rates at zero."""
    left = {tax.key: tax for tax in taxes}
    for other in others:
        before = left.get(other.key)
        if before is not None:
            left[other.key] = Tax(
                before.rate,
                before.gross - other.gross,
                before.net - other.net,
                before.tax - other.tax,
                before.exemption,
            )
    return [tax for tax in left.values() if tax.gross > 0]


def plus(taxes: Iterable[Tax]) -> list[Tax]:
    """Return the sums by rate, the highest rate first."""
    sums: dict[tuple[Decimal, str], Tax] = {}
    for tax in taxes:
        zero = Decimal(0)
        so_far = sums.get(tax.key, Tax(tax.rate, zero, zero, zero, tax.exemption))
        sums[tax.key] = Tax(
            tax.rate,
            so_far.gross + tax.gross,
            so_far.net + tax.net,
            so_far.tax + tax.tax,
            tax.exemption,
        )
    return sorted(sums.values(), key=lambda tax: (-tax.rate, tax.exemption))


def _within(tax: Tax, left: Tax, currency: str) -> Tax:
    """Return the tax so that neither net nor tax exceeds what is left; the last takes it all."""
    if tax.gross == left.gross:
        return left
    line = tax_line(tax.gross, tax.rate, currency, tax.exemption)
    due = min(line.tax, left.tax)
    due = max(due, line.gross - left.net)
    return Tax(line.rate, line.gross, line.gross - due, due, line.exemption)
