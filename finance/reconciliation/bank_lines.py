"""Match the payouts of payment providers with the lines of bank statements.

A line is of a payout if amount and currency are the same, it was booked around the day of arrival,
and it names the payout's reference or the provider. Two equal payouts are distinguished by
reference; staff decide about ambiguous ones.
"""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from payments.models import Payout

from ..exceptions import OtherCurrencyOfPayout, PayoutAlreadyMatched, TransferDecided
from ..models import BankDebit, BankTransfer

STATEMENT = "statement"  # Recorded as the decider of automatic matches.
BEFORE, AFTER = timedelta(days=3), timedelta(days=7)


def match_payouts(batch: int = 500) -> int:
    """Match payouts that no bank line has; return how many. May run several times at once."""
    payouts = Payout.objects.not_failed().filter(bank_line=None, arrives_on__isnull=False)
    matched = 0
    for payout in payouts.filter(amount__gt=0).order_by("-arrives_on", "pk")[:batch]:
        line = _line_of(payout)
        if line is not None:
            matched += _match(line, payout, STATEMENT)
    return matched


def match_by_hand(*, transfer: BankTransfer, payout: Payout, decided_by: str) -> BankTransfer:
    """Match as staff decide; a differing amount becomes a task.

    Raises `TransferDecided`, `PayoutAlreadyMatched` and `OtherCurrencyOfPayout`.
    """
    if transfer.currency != payout.currency:
        raise OtherCurrencyOfPayout
    if not BankTransfer.objects.undecided().filter(pk=transfer.pk).exists():
        raise TransferDecided
    if not _match(transfer, payout, decided_by):
        raise PayoutAlreadyMatched
    transfer.refresh_from_db()
    return transfer


def unmatch(*, transfer: BankTransfer) -> bool:
    """Undo a match, so that staff decide again. Return whether it was matched."""
    of_payout = BankTransfer.objects.of_payouts().filter(pk=transfer.pk)
    return bool(
        of_payout.update(
            status=BankTransfer.Status.TO_DO,
            problem=BankTransfer.Problem.NO_ORDER,
            payout=None,
            decided_at=None,
            decided_by="",
        )
    )


def names(line: BankTransfer | BankDebit, payout: Payout) -> bool:
    """Return whether the bank line has the payout's reference."""
    written = _letters(line.text + line.bank_reference + _other_side(line))
    references = [payout.bank_reference, payout.provider_reference]
    return any(_letters(one) in written for one in references if one)


def _line_of(payout: Payout) -> BankTransfer | None:
    assert payout.arrives_on is not None
    lines = BankTransfer.objects.undecided().filter(
        amount=payout.amount,
        currency=payout.currency,
        booked_on__gte=payout.arrives_on - BEFORE,
        booked_on__lte=payout.arrives_on + AFTER,
    )
    candidates = list(lines.order_by("booked_on", "pk")[:20])
    if named := [line for line in candidates if names(line, payout)]:
        return named[0]
    of_provider = [line for line in candidates if names_provider(line, payout.provider)]
    return of_provider[0] if len(of_provider) == 1 and _is_only_one(payout) else None


def _is_only_one(payout: Payout) -> bool:
    """Return whether no other payout without a bank line could be the same line."""
    assert payout.arrives_on is not None
    window = BEFORE + AFTER
    alike = Payout.objects.not_failed().filter(
        provider=payout.provider,
        amount=payout.amount,
        currency=payout.currency,
        bank_line=None,
        arrives_on__gte=payout.arrives_on - window,
        arrives_on__lte=payout.arrives_on + window,
    )
    return alike.count() == 1


def names_provider(line: BankTransfer | BankDebit, provider: str) -> bool:
    """Return whether the bank line has the provider's name."""
    return provider in f"{_other_side(line)} {line.text}".lower()


def _other_side(line: BankTransfer | BankDebit) -> str:
    return line.payee if isinstance(line, BankDebit) else line.payer


def _match(transfer: BankTransfer, payout: Payout, decided_by: str) -> bool:
    """Match them; return False if another line or another payout was faster."""
    undecided = BankTransfer.objects.undecided().filter(pk=transfer.pk)
    try:
        with transaction.atomic():
            return bool(
                undecided.update(
                    status=BankTransfer.Status.PAYOUT,
                    payout=payout,
                    problem="",
                    order="",
                    decided_at=Now(),
                    decided_by=decided_by,
                )
            )
    except IntegrityError:
        return False


def _letters(text: str) -> str:
    """Return letters and digits alone: banks break and join words."""
    return "".join(c for c in text.upper() if c.isalnum())
