"""Match money sent from the bank account with refunds by transfer and with payouts below zero.

A debit is a refund if amount and currency are the same, it was booked around the day on which staff
recorded the refund, and it names the order, or its payee had sent the money. It is a payout below
zero if it has that amount and names the payout (see `bank_lines`). Other debits that name an order
or a provider become tasks; all others, such as a rent, are ignored.
"""

from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Min
from django.db.models.functions import Now
from django.utils import timezone

from bookings.models import Order
from payments.models import Payout, Refund
from payments.providers import names_of_remote_providers
from payments.providers.counter import CASH, TERMINAL

from ..bank.matching import STATEMENT, references_in
from ..exceptions import DebitDecided, NoMatchForDebit
from ..models import BankDebit, BankStatement, BankTransfer
from .bank_lines import AFTER, BEFORE, names, names_provider

# Days between the debit and the day on which staff record the refund.
WITHIN = timedelta(days=10)
RETURNED = "BANKTRANSFER"


def match_debits(batch: int = 500) -> int:
    """Match debits, and sort out those that are new; return how many matched.

    May run several times at once.
    """
    since = debits_known_since()
    if since is None:
        return 0
    payouts = Payout.objects.not_failed().filter(amount__lt=0, bank_debit=None)
    refunds = sent_by_hand().filter(sent_at__date__gte=since - WITHIN, bank_debit=None)
    matched = sum(map(_match_payout, payouts.filter(arrives_on__isnull=False)[:batch]))
    matched += sum(map(_match_refund, refunds.order_by("-sent_at", "pk")[:batch]))
    for debit in BankDebit.objects.new().order_by("pk")[:batch]:
        status = BankDebit.Status.TO_DO if _is_about_tickets(debit) else BankDebit.Status.OTHER
        BankDebit.objects.new().filter(pk=debit.pk).update(status=status)
    return matched


def match_debit_by_hand(*, debit: BankDebit, reference: str, decided_by: str) -> BankDebit:
    """Match a debit with a refund of the order, or with the payout, that has this reference.

    Raises `NoMatchForDebit` if there is none of this amount without a debit, `DebitDecided` if
    somebody was faster.
    """
    found = _refund_of_order(debit, reference) or _payout_called(debit, reference)
    if found is None:
        raise NoMatchForDebit
    if not _match(debit, decided_by, **found):
        raise DebitDecided
    debit.refresh_from_db()
    return debit


def unmatch_debit(*, debit: BankDebit) -> bool:
    """Undo a match, so that staff decide again. Return whether it was matched."""
    matched = BankDebit.objects.matched().filter(pk=debit.pk)
    return bool(
        matched.update(
            status=BankDebit.Status.TO_DO,
            refund=None,
            payout=None,
            decided_at=None,
            decided_by="",
        )
    )


def debits_known_since() -> date | None:
    """Return the first day of which there are bank statements, or None."""
    first = BankStatement.objects.aggregate(
        imported=Min("imported_at"),
        debit=Min("debits__booked_on"),
        transfer=Min("transfers__booked_on"),
    )
    imported = timezone.localdate(first["imported"]) if first["imported"] else None
    days = filter(None, [imported, first["debit"], first["transfer"]])
    return min(days, default=None)


def sent_by_hand() -> Any:
    """Return the refunds that staff made and that need not be in cash."""
    refunds = Refund.objects.accepted().exclude(paid_out_by="").select_related("payment")
    return refunds.exclude(payment__provider__in=[CASH, TERMINAL])


def _match_payout(payout: Payout) -> bool:
    assert payout.arrives_on is not None
    alike = BankDebit.objects.unmatched().filter(
        amount=-payout.amount,
        currency=payout.currency,
        booked_on__gte=payout.arrives_on - BEFORE,
        booked_on__lte=payout.arrives_on + AFTER,
    )
    candidates = list(alike.order_by("booked_on", "pk")[:20])
    named = [debit for debit in candidates if names(debit, payout)]
    of_provider = [debit for debit in candidates if names_provider(debit, payout.provider)]
    found = named[:1] or (of_provider if len(of_provider) == 1 else [])
    return bool(found) and _match(found[0], STATEMENT, payout=payout)


def _match_refund(refund: Refund) -> bool:
    day = timezone.localdate(refund.sent_at)
    alike = BankDebit.objects.unmatched().filter(
        amount=refund.amount,
        currency=refund.payment.currency,
        booked_on__gte=day - WITHIN,
        booked_on__lte=day + WITHIN,
    )
    for debit in alike.order_by("booked_on", "pk")[:20]:
        if _is_of_refund(debit, refund):
            return _match(debit, STATEMENT, refund=refund)
    return False


def _is_of_refund(debit: BankDebit, refund: Refund) -> bool:
    purpose = refund.payment.purpose
    if not purpose.startswith(RETURNED):
        return purpose.partition("-")[0] in references_in(debit.text)
    sender = BankTransfer.objects.filter(pk=purpose.removeprefix(RETURNED)).first()
    if sender is None:
        return False
    if sender.payer_iban and debit.payee_iban:
        return sender.payer_iban == debit.payee_iban
    return bool(sender.payer) and sender.payer.casefold() == debit.payee.casefold()


def _is_about_tickets(debit: BankDebit) -> bool:
    if any(names_provider(debit, name) for name in names_of_remote_providers()):
        return True
    return Order.objects.filter(reference__in=references_in(debit.text)).exists()


def _refund_of_order(debit: BankDebit, reference: str) -> dict[str, Refund] | None:
    refunds = sent_by_hand().filter(
        payment__purpose__startswith=reference, amount=debit.amount, bank_debit=None
    )
    found = refunds.filter(payment__currency=debit.currency).order_by("sent_at", "pk").first()
    return {"refund": found} if found and reference else None


def _payout_called(debit: BankDebit, reference: str) -> dict[str, Payout] | None:
    payouts = Payout.objects.not_failed().filter(amount=-debit.amount, currency=debit.currency)
    found = payouts.filter(bank_debit=None, provider_reference=reference).first()
    return {"payout": found} if found and reference else None


def _match(debit: BankDebit, decided_by: str, **what: Refund | Payout) -> bool:
    """Match the debit with `refund` or `payout`; return False if somebody was faster."""
    [name] = what
    unmatched = BankDebit.objects.unmatched().filter(pk=debit.pk)
    try:
        with transaction.atomic():
            return bool(
                unmatched.update(status=name, decided_at=Now(), decided_by=decided_by, **what)
            )
    except IntegrityError:
        return False
