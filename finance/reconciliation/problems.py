"""Find differences between our records, the providers' payouts and the bank account."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from payments.models import Dispute, Payment, Payout, PayoutLine, Refund
from payments.providers.counter import TRANSFER

from ..models import BankDebit, BankTransfer, ReconciliationTask, TillSession
from .debits import debits_known_since, sent_by_hand
from .movements import Outstanding, outstanding_items

ZERO = Decimal(0)
Kind = ReconciliationTask.Kind
# Days until outgoing money is on the bank statement, its import included.
ON_STATEMENT_WITHIN = timedelta(days=5)
# Until the provider lists what a payout consists of.
LISTED_WITHIN = timedelta(days=2)
# Kinds of lines that are about a payment, refund or dispute.
ABOUT_ITEMS = [PayoutLine.Kind.PAYMENT, PayoutLine.Kind.REFUND, PayoutLine.Kind.DISPUTE]


@dataclass(frozen=True)
class Problem:
    """A difference; `amount` is unexplained. `key` identifies it permanently."""

    key: str
    kind: Kind
    happened_on: date
    amount: Decimal
    currency: str
    provider: str = ""
    detail: dict[str, str] = field(default_factory=dict)


def find_problems(now: datetime | None = None) -> list[Problem]:
    """Return all current differences, also those that staff have closed with a reason."""
    now = now or timezone.now()
    return [
        *_items(now),
        *_lines(),
        *_payouts(now),
        *_bank_lines(now),
        *_transfers(now),
        *_debits(now),
        *_tills(),
    ]


def _items(now: datetime) -> Iterator[Problem]:
    """Yield items that payouts contain with another amount, or have not contained in time."""
    late = now - timedelta(days=settings.PAYOUT_WITHIN_DAYS)
    paying = set(Payout.objects.values_list("provider", "currency").distinct())
    waiting: dict[tuple[str, str], list[Outstanding]] = {}
    wrong: list[Outstanding] = []
    for one in outstanding_items(now):
        if (
            one.has_line
            and not one.is_whole
            or one.since < late
            and (one.provider, one.currency) in paying
        ):
            wrong.append(one)
        elif one.since < late:
            waiting.setdefault((one.provider, one.currency), []).append(one)
    names = _names(wrong)
    for one in wrong:
        kind = Kind.NOT_PAID_OUT if one.is_whole else Kind.OTHER_AMOUNT
        yield Problem(
            f"{one.kind}:{one.item}",
            kind,
            _day(one.since),
            one.amount,
            one.currency,
            one.provider,
            {"what": one.kind, "size": str(one.size), **names[one.kind, one.item]},
        )
    for (provider, currency), items in waiting.items():
        total = sum((one.amount for one in items), ZERO)
        detail = {"count": str(len(items))}
        key, on = f"provider:{provider}:{currency}", _day(items[0].since)
        yield Problem(key, Kind.NO_PAYOUTS, on, total, currency, provider, detail)


def _names(items: list[Outstanding]) -> dict[tuple[str, int], dict[str, str]]:
    """Return the order and the provider's reference of each item. Three queries."""
    models: dict[str, Any] = {"payment": Payment, "refund": Refund, "dispute": Dispute}
    names = {}
    for kind, model in models.items():
        ids = [one.item for one in items if one.kind == kind]
        purpose = "purpose" if kind == "payment" else "payment__purpose"
        rows = model.objects.filter(pk__in=ids).values_list("pk", purpose, "provider_reference")
        for pk, order, reference in rows:
            names[kind, pk] = {"order": order, "reference": reference}
    return names


def _lines() -> Iterator[Problem]:
    """Yield movements of payouts without a known payment, refund or dispute."""
    unknown = Q(kind=PayoutLine.Kind.OTHER)
    unknown |= Q(kind=PayoutLine.Kind.PAYMENT, payment=None)
    unknown |= Q(kind=PayoutLine.Kind.REFUND, refund=None)
    unknown |= Q(kind=PayoutLine.Kind.DISPUTE, dispute=None)
    came_back = Q(returned_payout__status=Payout.Status.FAILED)
    came_back &= Q(gross=F("returned_payout__amount"))
    returned = Q(kind=PayoutLine.Kind.RETURNED) & ~came_back
    lines = PayoutLine.objects.filter(unknown | returned).exclude(gross=0)
    for line in lines.select_related("payout").order_by("pk"):
        is_return = line.kind == PayoutLine.Kind.RETURNED
        yield Problem(
            f"line:{line.pk}",
            Kind.RETURNED if is_return else Kind.UNKNOWN_LINE,
            _day(line.payout.created_at),
            line.gross,
            line.payout.currency,
            line.payout.provider,
            {
                "payout": line.payout.provider_reference,
                "reference": line.refund_reference
                or line.dispute_reference
                or line.payment_reference
                or line.provider_reference,
                "what": line.kind,
                "text": line.description,
            },
        )


def _payouts(now: datetime) -> Iterator[Problem]:
    """Yield payouts that differ from the sum of their movements, or have none."""
    summed = Payout.objects.annotate(net=Coalesce(Sum("lines__net"), ZERO)).order_by("pk")
    differing = Q(is_complete=True) & ~Q(net=F("amount"))
    overdue = Q(is_complete=False, created_at__lt=now - LISTED_WITHIN)
    lost_since = now - timedelta(days=settings.PAYOUT_WITHIN_DAYS)
    lost = Q(status=Payout.Status.FAILED, returns=None, created_at__lt=lost_since)
    for payout in summed.filter(differing | overdue | lost):
        net: Decimal = payout.net  # type: ignore[attr-defined]
        if not payout.is_complete:
            yield _of_payout(payout, "lines", Kind.PAYOUT_INCOMPLETE, payout.amount)
        elif net != payout.amount:
            amount = payout.amount - net
            yield _of_payout(payout, "sum", Kind.PAYOUT_SUM, amount, net=str(net))
        if payout.status == Payout.Status.FAILED and not payout.returns.exists():
            yield _of_payout(payout, "returned", Kind.RETURNED, payout.amount)


def _bank_lines(now: datetime) -> Iterator[Problem]:
    """Yield payouts that are not on the bank statement, or there with another amount."""
    due = timezone.localdate(now) - ON_STATEMENT_WITHIN
    missing = Q(bank_line=None, bank_debit=None, arrives_on__lt=due) & ~Q(amount=0)
    differing = Q(bank_line__isnull=False) & ~Q(bank_line__amount=F("amount"))
    differing |= Q(bank_debit__isnull=False) & ~Q(bank_debit__amount=-F("amount"))
    payouts = Payout.objects.not_failed().filter(missing | differing)
    for payout in payouts.select_related("bank_line", "bank_debit").order_by("pk"):
        line, debit = getattr(payout, "bank_line", None), getattr(payout, "bank_debit", None)
        moved = line.amount if line else -debit.amount if debit else None
        if moved is None:
            yield _of_payout(payout, "bank", Kind.NOT_ON_ACCOUNT, payout.amount)
        else:
            amount, bank = payout.amount - moved, str(moved)
            yield _of_payout(payout, "bank", Kind.BANK_DIFFERENCE, amount, bank=bank)


def _transfers(now: datetime) -> Iterator[Problem]:
    """Yield payments by bank transfer that no imported bank statement has."""
    listed = BankTransfer.objects.matched().filter(payment_key=OuterRef("key"))
    payments = Payment.objects.captured().filter(
        ~Exists(listed), provider=TRANSFER, captured_at__lt=now - ON_STATEMENT_WITHIN
    )
    # Surpluses: each is a part of a bank line.
    payments = payments.exclude(purpose__startswith="BANKTRANSFER")
    for payment in payments.order_by("pk"):
        yield Problem(
            f"payment:{payment.pk}",
            Kind.TRANSFER_NOT_ON_ACCOUNT,
            _day(payment.captured_at),
            payment.amount,
            payment.currency,
            TRANSFER,
            {"order": payment.purpose},
        )


def _debits(now: datetime) -> Iterator[Problem]:
    """Yield unmatched debits, and refunds by transfer that no bank statement has."""
    for debit in BankDebit.objects.to_do().order_by("booked_on", "pk"):
        yield Problem(
            f"debit:{debit.pk}", Kind.UNKNOWN_DEBIT, debit.booked_on, -debit.amount, debit.currency
        )
    since = debits_known_since()
    if since is None:
        return
    refunds = sent_by_hand().filter(
        payment__provider=TRANSFER,
        bank_debit=None,
        sent_at__date__gte=since,
        sent_at__lt=now - ON_STATEMENT_WITHIN,
    )
    for refund in refunds.order_by("pk"):
        yield Problem(
            f"refund:{refund.pk}:bank",
            Kind.REFUND_NOT_ON_ACCOUNT,
            _day(refund.sent_at),
            -refund.amount,
            refund.payment.currency,
            TRANSFER,
            {"order": refund.payment.purpose},
        )


def _tills() -> Iterator[Problem]:
    """Yield cash-ups with a difference that nobody has explained."""
    differing = TillSession.objects.closed().filter(note="").exclude(counted=F("expected"))
    for session in differing.order_by("pk"):
        yield Problem(
            f"till:{session.pk}",
            Kind.TILL_DIFFERENCE,
            _day(session.closed_at),
            session.difference or ZERO,
            session.currency,
            "cash",
            {"till": session.till, "cashier": session.cashier_name},
        )


def _of_payout(payout: Payout, part: str, kind: Kind, amount: Decimal, **detail: str) -> Problem:
    return Problem(
        f"payout:{payout.pk}:{part}",
        kind,
        _day(payout.created_at),
        amount,
        payout.currency,
        payout.provider,
        {"payout": payout.provider_reference, "total": str(payout.amount), **detail},
    )


def _day(moment: datetime | None) -> date:
    return timezone.localdate(moment)
