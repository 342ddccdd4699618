"""Record the refunds and disputes of a payment as the provider has them.

Each record only moves forward, so that an older answer that arrives later changes nothing. Callers
have locked the payment.
"""

import logging
from collections.abc import Sequence
from datetime import timedelta

from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from .models import Dispute, Payment, Refund
from .providers.base import DisputeResult, RefundResult
from .refund_keys import shorten_key
from .signals import (
    dispute_changed,
    dispute_opened,
    refund_failed,
    refund_found,
)

logger = logging.getLogger(__name__)

# How long staff have to act on a failed refund.
REFUND_DEADLINE = timedelta(days=7)

REFUND_ORDER = [
    Refund.Status.QUEUED,
    Refund.Status.SENT,
    Refund.Status.SUCCEEDED,
    Refund.Status.FAILED,
]
DISPUTE_ORDER = [Dispute.Status.INQUIRY, Dispute.Status.OPEN, Dispute.Status.SUBMITTED]
CLOSED = {Dispute.Status.WON, Dispute.Status.LOST, Dispute.Status.CLOSED}


def apply_refunds(payment: Payment, results: Sequence[RefundResult]) -> None:
    """Update the payment's refunds, and add those made in the provider's dashboard."""
    if not results:
        return
    refunds = list(payment.refunds.all())
    by_reference = {refund.provider_reference: refund for refund in refunds}
    by_key = {refund.key: refund for refund in refunds}
    for result in results:
        refund = by_reference.get(result.reference)
        if refund is not None:
            advance_refund(refund, result)
        elif result.key in by_key:
            # One of ours, whose sending has not been recorded yet, or an earlier attempt at it:
            # the worker that sends it records it.
            continue
        elif result.status != Refund.Status.FAILED:
            _add_found(payment, result)


def advance_refund(refund: Refund, result: RefundResult) -> bool:
    """Move an accepted refund forward to its outcome; return whether it changed."""
    if refund.status not in (Refund.Status.SENT, Refund.Status.SUCCEEDED):
        return False
    if REFUND_ORDER.index(Refund.Status(result.status)) <= REFUND_ORDER.index(
        Refund.Status(refund.status)
    ):
        return False
    if result.status == Refund.Status.FAILED:
        refund.failures += 1
        fail_refund(refund, result.failure or _("The provider could not refund it."))
    else:
        refund.status = Refund.Status(result.status)
        refund.save(update_fields=["status"])
    return True


def fail_refund(refund: Refund, failure: str) -> None:
    """Mark the refund as failed, with a deadline for staff, in the caller's transaction."""
    logger.warning("Refund %s needs action by staff: %s", refund.key, failure)
    refund.status = Refund.Status.FAILED
    refund.failure = failure[:200]
    refund.leased_until = None
    refund.act_by = timezone.now() + REFUND_DEADLINE
    refund.save(update_fields=["status", "failure", "failures", "leased_until", "act_by"])
    refund_failed.send(sender=Refund, refund=refund)


def apply_disputes(payment: Payment, results: Sequence[DisputeResult]) -> None:
    """Add and update the payment's disputes."""
    if not results:
        return
    disputes = {one.provider_reference: one for one in payment.disputes.all()}
    for result in results:
        dispute = disputes.get(result.reference)
        if dispute is None:
            _add_dispute(payment, result)
        else:
            _advance_dispute(dispute, result)


def _add_found(payment: Payment, result: RefundResult) -> None:
    refund = Refund.objects.create(
        payment=payment,
        key=shorten_key(f"found:{result.reference}"),
        amount=result.amount,
        reason=_("Refunded in the provider’s dashboard."),
        status=result.status,
        provider_reference=result.reference,
        made_at_provider=True,
        sent_at=Now(),
    )
    refund.refresh_from_db()
    refund_found.send(sender=Refund, refund=refund)


def _add_dispute(payment: Payment, result: DisputeResult) -> None:
    dispute = Dispute.objects.create(
        payment=payment,
        provider_reference=result.reference,
        amount=result.amount,
        reason=result.reason[:60],
        status=result.status,
        takes_money=result.takes_money,
        act_by=result.act_by,
        closed_at=Now() if result.status in CLOSED else None,
    )
    dispute.refresh_from_db()
    dispute_opened.send(sender=Dispute, dispute=dispute)


def _advance_dispute(dispute: Dispute, result: DisputeResult) -> None:
    if not _is_later(dispute, result):
        return
    took_money = dispute.takes_money
    changed = (dispute.status, took_money) != (result.status, result.takes_money)
    dispute.status = Dispute.Status(result.status)
    dispute.takes_money = result.takes_money
    dispute.act_by = result.act_by
    dispute.closed_at = timezone.now() if result.status in CLOSED else None
    dispute.save(update_fields=["status", "takes_money", "act_by", "closed_at"])
    if changed:
        dispute_changed.send(sender=Dispute, dispute=dispute, took_money=took_money)


def _is_later(dispute: Dispute, result: DisputeResult) -> bool:
    if dispute.status in CLOSED:
        # What was lost can be reversed, weeks later; nothing else changes any more.
        return (dispute.status, result.status) == (Dispute.Status.LOST, Dispute.Status.WON)
    if result.status in CLOSED:
        return True
    order = DISPUTE_ORDER.index
    return order(Dispute.Status(result.status)) >= order(Dispute.Status(dispute.status))
