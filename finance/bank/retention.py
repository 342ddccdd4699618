"""Erase the payers of old bank transfers."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from core.background import in_batches
from payments.models import Payment

from ..models import BankDebit, BankTransfer

BATCH = 500


def erase_payers(now: datetime | None = None) -> int:
    """Erase names, IBANs and texts of lines decided KEEP_PAYERS_DAYS ago; return how many.

    Day, amount, order and payment stay, so that the accounts still add up and the same line of a
    statement is recognised. Transfers that are undecided, wait for the rest, or are still to be
    refunded are not changed. Each batch is a transaction of its own.
    """
    before = (now or timezone.now()) - timedelta(days=settings.KEEP_PAYERS_DAYS)
    return in_batches(_erase_payers, before) + in_batches(_erase_payees, before)


@transaction.atomic(durable=True)
def _erase_payers(before: datetime) -> int:
    old = BankTransfer.objects.with_payer().finished(before).order_by("pk")
    locked = old.select_for_update(skip_locked=True, of=("self",))
    ids = list(locked.values_list("pk", flat=True)[:BATCH])
    BankTransfer.objects.filter(pk__in=ids).update(payer="", payer_iban="", text="")
    purposes = [f"BANKTRANSFER{pk}" for pk in ids]
    # It names the payer (see `finance.bank.matching`).
    Payment.objects.filter(purpose__in=purposes).update(description="")
    return len(ids)


@transaction.atomic(durable=True)
def _erase_payees(before: datetime) -> int:
    old = BankDebit.objects.with_payee().finished(before).order_by("pk")
    locked = old.select_for_update(skip_locked=True, of=("self",))
    ids = list(locked.values_list("pk", flat=True)[:BATCH])
    BankDebit.objects.filter(pk__in=ids).update(payee="", payee_iban="", text="")
    return len(ids)
