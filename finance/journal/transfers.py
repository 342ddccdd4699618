"""Book payouts and fees of payment providers, and movements and differences of cash."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from payments.models import Payout, PayoutLine

from ..models import TillEntry, TillSession
from .entries import Booking, Purpose, Side
from .sales import orders_of, reference_of, seller_of

ZERO = Decimal(0)


def payouts_between(since: datetime, until: datetime) -> Iterator[Booking]:
    """Yield for each payout made in that time its fees, other movements, and what was paid.

    Each seller has its own share: the movements of its shows. Movements without an order, and
    payouts whose movements are not listed, have no seller.
    """
    payouts = Payout.objects.filter(created_at__gte=since, created_at__lt=until)
    about = ["lines__payment", "lines__refund__payment", "lines__dispute__payment"]
    for payout in payouts.prefetch_related(*about).order_by("created_at", "pk"):
        lines = list(payout.lines.all())
        sellers = _sellers_of(lines)
        left = payout.amount
        for seller in sorted(set(sellers.values()) - {None}, key=lambda one: one or 0):
            own = [line for line in lines if sellers[line.pk] == seller]
            net = sum((line.net for line in own), ZERO)
            left -= net
            yield from _of_payout(payout, own, net, seller)
        shared = [line for line in lines if sellers[line.pk] is None]
        yield from _of_payout(payout, shared, left, None)


def _sellers_of(lines: list[PayoutLine]) -> dict[int, int | None]:
    """Return the seller of each movement, by its payment's order."""
    references = {line.pk: _order_of(line) for line in lines}
    orders = orders_of(set(references.values()))
    return {line.pk: seller_of(orders.get(references[line.pk])) for line in lines}


def _order_of(line: PayoutLine) -> str:
    """Return the reference of the movement's order, or ""."""
    about = line.refund or line.dispute
    payment = about.payment if about else line.payment
    return reference_of(payment.purpose) if payment else ""


def _of_payout(
    payout: Payout, lines: list[PayoutLine], net: Decimal, seller: int | None
) -> Iterator[Booking]:
    clearing = Side(Purpose.CLEARING, payout.provider)
    fees = sum((_fee(line) for line in lines), ZERO)
    other = sum((line.gross for line in lines if line.kind == PayoutLine.Kind.OTHER), ZERO)
    if fees:
        side = Side(Purpose.PROVIDER_FEES, payout.provider)
        yield _booking(payout, side, clearing, fees, _("Fees"), seller)
    if other:
        side = Side(Purpose.PROVIDER_OTHER, payout.provider)
        yield _booking(payout, clearing, side, other, _("Other movements"), seller)
    if payout.status != Payout.Status.FAILED and net:
        yield _booking(payout, Side(Purpose.BANK), clearing, net, _("Payout"), seller)


def cash_between(since: datetime, until: datetime) -> Iterator[Booking]:
    """Yield cash that was put into or taken out of tills, and differences at cash-ups."""
    entries = TillEntry.objects.cash().filter(created_at__gte=since, created_at__lt=until)
    moved = entries.filter(kind__in=[TillEntry.Kind.PAY_IN, TillEntry.Kind.PAY_OUT])
    for entry in moved.order_by("created_at", "pk"):
        yield Booking(
            day=timezone.localdate(entry.created_at),
            debit=Side(Purpose.CASH),
            credit=Side(Purpose.CASH_TRANSIT),
            amount=entry.amount,
            currency=entry.currency,
            document=f"TILL{entry.session_id}",
            text=entry.reason,
        )
    closed = TillSession.objects.closed().filter(closed_at__gte=since, closed_at__lt=until)
    for session in closed.exclude(counted=F("expected")).order_by("closed_at", "pk"):
        yield Booking(
            day=timezone.localdate(session.closed_at),
            debit=Side(Purpose.CASH),
            credit=Side(Purpose.CASH_DIFFERENCES),
            amount=session.difference or ZERO,
            currency=session.currency,
            document=f"TILL{session.pk}",
            text=f"{session.till}: {session.note}",
        )


def _fee(line: PayoutLine) -> Decimal:
    return -line.net if line.kind == PayoutLine.Kind.FEE else line.fee


def _booking(
    payout: Payout, debit: Side, credit: Side, amount: Decimal, what: str, seller: int | None
) -> Booking:
    return Booking(
        day=timezone.localdate(payout.created_at),
        debit=debit,
        credit=credit,
        amount=amount,
        currency=payout.currency,
        document=payout.bank_reference or payout.provider_reference,
        text=f"{what} {payout.provider} {payout.provider_reference}",
        seller=seller,
    )
