"""Book payouts and fees of payment providers, and cash that was moved or missing."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from payments.models import Payout, PayoutLine

from ..models import TillEntry, TillSession
from .entries import Booking, Purpose, Side

ZERO = Decimal(0)


def payouts_between(since: datetime, until: datetime) -> Iterator[Booking]:
    """Yield for each payout made in that time its fees, other movements, and what was paid."""
    payouts = Payout.objects.filter(created_at__gte=since, created_at__lt=until)
    for payout in payouts.prefetch_related("lines").order_by("created_at", "pk"):
        clearing = Side(Purpose.CLEARING, payout.provider)
        lines = list(payout.lines.all())
        fees = sum((_fee(line) for line in lines), ZERO)
        other = sum((line.gross for line in lines if line.kind == PayoutLine.Kind.OTHER), ZERO)
        if fees:
            side = Side(Purpose.PROVIDER_FEES, payout.provider)
            yield _of_payout(payout, side, clearing, fees, _("Fees"))
        if other:
            side = Side(Purpose.PROVIDER_OTHER, payout.provider)
            yield _of_payout(payout, clearing, side, other, _("Other movements"))
        if payout.status != Payout.Status.FAILED and payout.amount:
            bank = Side(Purpose.BANK)
            yield _of_payout(payout, bank, clearing, payout.amount, _("Payout"))


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


def _of_payout(payout: Payout, debit: Side, credit: Side, amount: Decimal, what: str) -> Booking:
    return Booking(
        day=timezone.localdate(payout.created_at),
        debit=debit,
        credit=credit,
        amount=amount,
        currency=payout.currency,
        document=payout.bank_reference or payout.provider_reference,
        text=f"{what} {payout.provider} {payout.provider_reference}",
    )
