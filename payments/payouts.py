"""Fetch the providers' payouts, with the movements that each consists of."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from .charges import update_captured
from .credentials import credentials_of
from .exceptions import PaymentError
from .models import Dispute, Payment, Payout, PayoutLine, Refund
from .providers import get_provider
from .providers.base import PayoutLineResult, PayoutResult

logger = logging.getLogger(__name__)

# Payouts change for some days after they were made: they arrive, or come back.
LOOK_BACK = timedelta(days=40)
# How many payments are asked about at most, of those whose refunds or disputes are not known.
MAX_LOOKED_UP = 200


def fetch_payouts(now: datetime | None = None, look_back: timedelta = LOOK_BACK) -> int:
    """Store the payouts of all providers that have keys; return how many.

    Not inside a transaction. Repeating it updates what has changed. A refund or dispute that a
    payout contains and that is not known here is fetched and recorded as from a webhook.
    """
    since = (now or timezone.now()) - look_back
    count = 0
    for name in settings.REAL_PAYMENT_PROVIDERS:
        try:
            credentials_of(name)
        except PaymentError:
            continue  # Not in use.
        count += _fetch_from(name, since)
    link_lines()
    return count


def link_lines() -> int:
    """Link movements with what they are about, where that has become known; return how many.

    Asks the provider about payments with refunds or disputes that are not known here.
    """
    lines = PayoutLine.objects.unlinked().select_related("payout", "payment")
    unlinked = list(lines.order_by("-pk")[: 5 * MAX_LOOKED_UP])
    linked = [line for line in unlinked if _link(line)]
    missing = {line.payment for line in unlinked if line not in linked and line.payment}
    for payment in sorted(missing, key=lambda one: -one.pk)[:MAX_LOOKED_UP]:
        _look_up(payment)
    linked += [line for line in unlinked if line.payment in missing and _link(line)]
    return len(linked)


def _fetch_from(provider: str, since: datetime) -> int:
    count = 0
    complete = Payout.objects.complete().filter(provider=provider, created_at__gte=since)
    known = set(complete.values_list("provider_reference", flat=True))
    try:
        for result in get_provider(provider).fetch_payouts(since, known):
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
            "bank_reference": result.bank_reference,
        },
    )
    if result.lines is None or payout.is_complete:
        return
    payout.lines.all().delete()
    lines = [_line(payout, line) for line in result.lines]
    _set_links(provider, lines)
    PayoutLine.objects.bulk_create(lines)
    payout.is_complete = True
    payout.save(update_fields=["is_complete"])


def _line(payout: Payout, line: PayoutLineResult) -> PayoutLine:
    returned = Payout.objects.of_reference(payout.provider, line.returned_payout)
    return PayoutLine(
        payout=payout,
        provider_reference=line.reference,
        kind=line.kind,
        payment_reference=line.payment[:100],
        refund_reference=line.refund[:100],
        dispute_reference=line.dispute[:100],
        returned_payout=returned.first() if line.returned_payout else None,
        gross=line.gross,
        fee=line.fee,
        net=line.net,
        description=line.description,
        created_at=line.created_at,
    )


def _set_links(provider: str, lines: list[PayoutLine]) -> None:
    """Link the lines with what is known here. Three queries."""
    references = {line.payment_reference for line in lines} - {""}
    payments = Payment.objects.filter(provider=provider, provider_reference__in=references)
    by_reference = {one.provider_reference: one for one in payments}
    refunds = _by_key(Refund, by_reference, {line.refund_reference for line in lines} - {""})
    disputes = _by_key(Dispute, by_reference, {line.dispute_reference for line in lines} - {""})
    for line in lines:
        line.payment = by_reference.get(line.payment_reference)
        line.refund = refunds.get((line.payment_id, line.refund_reference))
        line.dispute = disputes.get((line.payment_id, line.dispute_reference))


def _by_key(model: Any, payments: dict[str, Payment], references: set[str]) -> dict[Any, Any]:
    found = model.objects.filter(payment__in=payments.values(), provider_reference__in=references)
    return {(one.payment_id, one.provider_reference): one for one in found}


def _link(line: PayoutLine) -> bool:
    before = (line.payment_id, line.refund_id, line.dispute_id)
    _set_links(line.payout.provider, [line])
    if before == (line.payment_id, line.refund_id, line.dispute_id):
        return False
    line.save(update_fields=["payment", "refund", "dispute"])
    return True


def _look_up(payment: Payment) -> None:
    try:
        update_captured(payment)
    except PaymentError as error:
        logger.warning("Payment %s cannot be looked up yet: %s", payment.key, error)
