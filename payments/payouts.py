"""Fetch the providers' payouts, with the movements that each consists of."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from .credentials import credentials_of
from .exceptions import PaymentError
from .models import Dispute, Payment, Payout, PayoutLine, Refund
from .providers import get_provider
from .providers.base import PayoutLineResult, PayoutResult

logger = logging.getLogger(__name__)

# Payouts change for some days after they were made: they arrive, or come back.
LOOK_BACK = timedelta(days=40)


def fetch_payouts(now: datetime | None = None) -> int:
    """Store the payouts of all providers that have keys; return how many.

    Not inside a transaction. Repeating it updates what has changed.
    """
    since = (now or timezone.now()) - LOOK_BACK
    count = 0
    for name in settings.REAL_PAYMENT_PROVIDERS:
        try:
            credentials_of(name)
        except PaymentError:
            continue  # Not in use.
        count += _fetch_from(name, since)
    return count


def _fetch_from(provider: str, since: datetime) -> int:
    count = 0
    try:
        for result in get_provider(provider).fetch_payouts(since):
            _save(provider, result)
            count += 1
    except PaymentError as error:
        logger.warning("The payouts of %s cannot be fetched yet: %s", provider, error)
    return count


@transaction.atomic(durable=True)
def _save(provider: str, result: PayoutResult) -> None:
    payout, _made = Payout.objects.update_or_create(
        provider=provider,
        provider_reference=result.reference,
        defaults={
            "status": result.status,
            "amount": result.amount,
            "currency": result.currency,
            "created_at": result.created_at,
            "arrives_on": result.arrives_on,
        },
    )
    if result.lines is None or payout.is_complete:
        return
    payout.lines.all().delete()
    PayoutLine.objects.bulk_create([_line(provider, payout, line) for line in result.lines])
    payout.is_complete = True
    payout.save(update_fields=["is_complete"])


def _line(provider: str, payout: Payout, line: PayoutLineResult) -> PayoutLine:
    payment = Payment.objects.of_provider(provider, line.payment).first() if line.payment else None
    of_payment = {"payment": payment}
    return PayoutLine(
        payout=payout,
        provider_reference=line.reference,
        kind=line.kind,
        payment=payment,
        refund=Refund.objects.filter(**of_payment, provider_reference=line.refund).first()
        if payment and line.refund
        else None,
        dispute=Dispute.objects.filter(**of_payment, provider_reference=line.dispute).first()
        if payment and line.dispute
        else None,
        gross=line.gross,
        fee=line.fee,
        net=line.net,
        description=line.description,
        created_at=line.created_at,
    )
