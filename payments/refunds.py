"""Refund payments: queued in the transaction that decides it, sent to the provider afterwards."""

import logging
from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from core.enqueue import enqueue_soon
from core.leases import claim_first, renewing

from .exceptions import PaymentError, RefundExceedsPayment, RefundRefused
from .models import Payment, Refund
from .provider_records import advance_refund, fail_refund
from .providers import RefundResult, get_provider
from .signals import refund_sent, refund_withdrawn

logger = logging.getLogger(__name__)

# Failed attempts are repeated after 1, 2, 4 … minutes, at most an hour: for ten hours in all. Then
# staff have to act.
MAX_ATTEMPTS = 15
FIRST_PAUSE = timedelta(minutes=1)
MAX_PAUSE = timedelta(hours=1)
# A refund that was accepted is asked about after this time, and then once a day.
FIRST_POLL = timedelta(hours=1)
POLL_EVERY = timedelta(days=1)


@transaction.atomic
def request_refund(*, payment: Payment, amount: Decimal, key: str, reason: str) -> Refund:
    """Queue a refund of `amount` of a captured payment and return it.

    Runs inside the caller's transaction, or its own. Locks the payment, so that concurrent refunds
    never exceed what was captured. The same `key` returns the same refund. Raises
    RefundExceedsPayment, or RefundRefused when the payment is not captured or the key belongs to
    another refund. `send_refunds` sends it soon after the commit.
    """
    payment = Payment.objects.locked().get(pk=payment.pk)
    existing = Refund.objects.filter(key=key).first()
    if existing is not None:
        return _same_refund(existing, payment, amount)
    if payment.status != Payment.Status.CAPTURED:
        raise RefundRefused(_("Only a captured payment can be refunded."))
    left = payment.amount - payment.refunds.total()
    if amount > left:
        raise RefundExceedsPayment(
            _("Only %(left)s %(currency)s of this payment can still be refunded.")
            % {"left": left, "currency": payment.currency}
        )
    refund = Refund.objects.create(payment=payment, key=key, amount=amount, reason=reason[:200])
    enqueue_soon("payments.tasks.send_refunds")
    return refund


def send_refunds(batch: int = 100) -> int:
    """Send the refunds that are due to their providers; return how many were sent.

    Not inside a transaction. Several may run at once: each refund is leased by one of them while
    it is sent (see `core.leases`). If that process dies, the refund is sent again with the same
    key, which the provider recognises.
    """
    sent = 0
    for _number in range(batch):
        refund = _claim_one()
        if refund is None:
            break
        with renewing(Refund.objects.held_by(refund)):
            sent += _send(refund)
    return sent


def retry_refund(refund: Refund) -> bool:
    """Queue a failed refund again, with all its attempts. Return whether it was failed."""
    failed = Refund.objects.failed().filter(pk=refund.pk)
    changed = failed.update(
        status=Refund.Status.QUEUED,
        attempts=0,
        try_after=Now(),
        sent_at=None,
        provider_reference="",
        act_by=None,
    )
    if changed:
        enqueue_soon("payments.tasks.send_refunds")
    return bool(changed)


def record_manual_refund(refund: Refund, *, by: str) -> bool:
    """Record that staff have refunded the money themselves, where the provider could not.

    `by` is who paid it out, such as "staff:3". Return whether the refund was failed. Sends
    `refund_sent` as for any other refund.
    """
    with transaction.atomic(durable=True):
        failed = Refund.objects.failed().filter(pk=refund.pk)
        changed = failed.update(
            status=Refund.Status.SUCCEEDED,
            sent_at=Now(),
            failure="",
            act_by=None,
            paid_out_by=by,
        )
        if changed:
            refund.refresh_from_db()
            refund_sent.send(sender=Refund, refund=refund)
    return bool(changed)


def withdraw_refund(refund: Refund) -> bool:
    """Record the decision of staff not to make a failed refund. Return whether it was failed.

    For example because the money was refunded in the provider's dashboard, or the bank took it back
    by a dispute. Sends `refund_withdrawn`.
    """
    with transaction.atomic(durable=True):
        payment = Payment.objects.locked().get(pk=refund.payment_id)
        failed = Refund.objects.failed().filter(pk=refund.pk)
        changed = failed.update(status=Refund.Status.WITHDRAWN, act_by=None)
        if changed:
            refund.refresh_from_db()
            refund.payment = payment
            refund_withdrawn.send(sender=Refund, refund=refund)
    return bool(changed)


def _same_refund(existing: Refund, payment: Payment, amount: Decimal) -> Refund:
    if (existing.payment_id, existing.amount) != (payment.pk, amount):
        raise RefundRefused(_("Another refund has been requested with this key."))
    return existing


def _claim_one() -> Refund | None:
    """Lease the refund that has waited longest. Return it, or None."""
    with transaction.atomic(durable=True):
        due = Refund.objects.due().order_by("try_after", "pk")
        return claim_first(due.select_related("payment"))


def _send(refund: Refund) -> bool:
    try:
        _refuse_disputed(refund.payment)
        result = get_provider(refund.payment.provider).refund(refund)
    except RefundRefused as error:
        _fail(refund, str(error))
    except PaymentError as error:
        _postpone(refund, str(error))
    except Exception as error:
        logger.exception("Refund %s could not be sent.", refund.key)
        _postpone(refund, f"{type(error).__name__}: {error}")
    else:
        return _mark_sent(refund, result)
    return False


def _refuse_disputed(payment: Payment) -> None:
    """Refuse to refund what the customer's bank has taken back already."""
    if payment.disputes.blocking_refunds().exists():
        raise RefundRefused(
            _("The customer disputes this payment, and the bank has taken the money back.")
        )


def _mark_sent(refund: Refund, result: RefundResult) -> bool:
    with transaction.atomic(durable=True):
        Payment.objects.locked().get(pk=refund.payment_id)
        queued = Refund.objects.queued().filter(pk=refund.pk)
        changed = queued.update(
            status=Refund.Status.SENT,
            provider_reference=result.reference[:100],
            sent_at=Now(),
            failure="",
            leased_until=None,
            try_after=Now() + FIRST_POLL,
        )
        if changed:
            refund.refresh_from_db()
            refund_sent.send(sender=Refund, refund=refund)
            advance_refund(refund, result)
    return bool(changed)


def _postpone(refund: Refund, failure: str) -> None:
    if refund.attempts >= MAX_ATTEMPTS:
        _fail(refund, failure)
        return
    pause = min(FIRST_PAUSE * 2 ** (refund.attempts - 1), MAX_PAUSE)
    logger.warning("Refund %s is postponed by %s: %s", refund.key, pause, failure)
    Refund.objects.held_by(refund).update(
        failure=failure[:200], try_after=Now() + pause, leased_until=None
    )


def _fail(refund: Refund, failure: str) -> None:
    with transaction.atomic(durable=True):
        Payment.objects.locked().get(pk=refund.payment_id)
        if held := Refund.objects.held_by(refund).first():
            fail_refund(held, failure)
