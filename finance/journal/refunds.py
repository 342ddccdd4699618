"""Book refunds by the tax rates that they contain, and disputed payments."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from django.db.models import Q
from django.utils import timezone

from bookings.models import Order
from core.tax import rate_text, share_of
from payments.models import Dispute, Refund

from ..documents.composing import subject_of
from ..documents.content import Tax
from ..documents.refund_shares import (
    UNFULFILLED,
    RefundGroup,
    goods_refunded,
    less,
    refunds_of,
    taxes_of_refund,
)
from ..documents.ticket_lines import as_tax_line
from ..exceptions import NoSeller
from .entries import Booking, Purpose, Side, money_side
from .sales import numbers_of, orders_of, reference_of, seller_of


def refunds_between(since: datetime, until: datetime) -> Iterator[Booking]:
    """Yield a line for each refund sent in that time, and each tax rate that it contains."""
    refunds = Refund.objects.accepted().filter(sent_at__gte=since, sent_at__lt=until)
    found = list(refunds.select_related("payment").order_by("sent_at", "pk"))
    references = {reference_of(refund.payment.purpose) for refund in found}
    orders = orders_of(references)
    numbers = numbers_of(references, "credit_note")
    shares: dict[str, dict[int, list[Tax]]] = {}
    for refund in found:
        reference = reference_of(refund.payment.purpose)
        order = orders.get(reference)
        if order is None or refund.key.startswith(UNFULFILLED):
            side = Side(Purpose.UNFULFILLED)
            yield _booking(refund, side, refund.amount, reference, seller_of(order))
            continue
        if reference not in shares:
            shares[reference] = shares_of_refunds(order)
        for side, amount in _sides(refund, shares[reference].get(refund.pk, [])):
            number = numbers.get(reference, reference)
            yield _booking(refund, side, amount, number, seller_of(order))


def disputes_between(since: datetime, until: datetime) -> Iterator[Booking]:
    """Yield the payments that customers' banks took back, and those they returned."""
    taken = Q(takes_money=True) | Q(status=Dispute.Status.WON)
    disputes = Dispute.objects.filter(taken).select_related("payment").order_by("pk")
    opened = list(disputes.filter(created_at__gte=since, created_at__lt=until))
    won = disputes.filter(status=Dispute.Status.WON)
    returned = list(won.filter(closed_at__gte=since, closed_at__lt=until))
    purposes = {reference_of(one.payment.purpose) for one in [*opened, *returned]}
    orders = orders_of(purposes)
    for dispute in opened:
        yield _of_dispute(dispute, dispute.created_at, dispute.amount, orders)
    for dispute in returned:
        assert dispute.closed_at is not None
        yield _of_dispute(dispute, dispute.closed_at, -dispute.amount, orders)


def shares_of_refunds(order: Order) -> dict[int, list[Tax]]:
    """Return for each refund of an order the tax that it contains, as its credit note would."""
    try:
        goods = subject_of(order).goods
    except NoSeller:
        return {}
    left = goods.taxes
    shares: dict[int, list[Tax]] = {}
    for group in refunds_of(order):
        wanted = None if group.is_for_change else goods_refunded(order, group)
        taxes = taxes_of_refund(group.amount, wanted, left, order.currency)
        if not group.is_for_change:
            left = less(left, taxes)
        shares |= _parts(group, taxes, order.currency)
    return shares


def _parts(group: RefundGroup, taxes: list[Tax], currency: str) -> dict[int, list[Tax]]:
    """Divide the tax of a refund among its parts, which went to several payments."""
    if len(group.refunds) == 1:
        return {group.first.pk: taxes}
    lines = [as_tax_line(tax) for tax in taxes]
    return {
        refund.pk: [
            Tax(one.rate, one.gross, one.net, one.tax, one.exemption)
            for one in share_of(lines, refund.amount, currency)
        ]
        for refund in group.refunds
    }


def _sides(refund: Refund, taxes: list[Tax]) -> Iterator[tuple[Side, Decimal]]:
    """Yield the refund by rates; an amount that no sale explains has no rate."""
    left = refund.amount
    for tax in taxes:
        yield Side(Purpose.REFUNDS, rate_text(tax.rate)), tax.gross
        left -= tax.gross
    if left:
        yield Side(Purpose.REFUNDS), left


def _booking(
    refund: Refund, side: Side, amount: Decimal, document: str, seller: int | None
) -> Booking:
    payment = refund.payment
    # Refunds of online payments that staff paid out left the bank account.
    by_other_means = refund.paid_out_by and not payment.taken_by
    return Booking(
        day=timezone.localdate(refund.sent_at),
        debit=side,
        credit=Side(Purpose.BANK) if by_other_means else money_side(payment.provider),
        amount=amount,
        currency=payment.currency,
        document=document,
        text=refund.reason,
        seller=seller,
    )


def _of_dispute(
    dispute: Dispute, moment: datetime, amount: Decimal, orders: dict[str, Order]
) -> Booking:
    payment = dispute.payment
    return Booking(
        day=timezone.localdate(moment),
        debit=Side(Purpose.CHARGEBACKS, payment.provider),
        credit=money_side(payment.provider),
        amount=amount,
        currency=payment.currency,
        document=reference_of(payment.purpose),
        text=f"{dispute._meta.verbose_name} {dispute.provider_reference}",
        seller=seller_of(orders.get(reference_of(payment.purpose))),
    )
