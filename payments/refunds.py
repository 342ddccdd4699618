"""Giving money back: asked for with the fact that decides it, sent to the provider afterwards."""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from core.enqueue import enqueue_soon
from core.leases import lease_end, renewing

from .exceptions import NotEnoughLeft, PaymentError, RefundRefused
from .models import Payment, Refund
from .providers import provider_named
from .signals import refund_sent

logger = logging.getLogger(__name__)

# A provider that is away is asked again after 1, 2, 4 … minutes, at most an hour: for ten hours
# in all. Then staff must lend a hand.
MOST_ATTEMPTS = 15
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)


@transaction.atomic
def request_refund(*, payment, amount, key, reason):
    """Ask for `amount` of a captured payment to go back, and return the Refund.

    Runs inside the caller's transaction, or its own. Locks the payment, so that refunds asked at
    the same time never come to more than was captured. The same `key` is the same refund.
    Raises NotEnoughLeft, or RefundRefused when the payment has not been captured or the key
    stands for something else. `send_refunds` sends it, soon after the commit.
    """
    payment = Payment.objects.locked().get(pk=payment.pk)
    asked = Refund.objects.filter(key=key).first()
    if asked is not None:
        return _same_refund(asked, payment, amount)
    if payment.status != Payment.Status.CAPTURED:
        raise RefundRefused(_("Only a captured payment can be refunded."))
    left = payment.amount - payment.refunds.total()
    if amount > left:
        raise NotEnoughLeft(
            _("Only %(left)s %(currency)s of this payment can still be refunded.")
            % {"left": left, "currency": payment.currency}
        )
    refund = Refund.objects.create(payment=payment, key=key, amount=amount, reason=reason[:200])
    enqueue_soon("payments.tasks.send_refunds")
    return refund


def send_refunds(batch=100):
    """Send refunds that are due to their providers, and return how many were sent.

    Not inside a transaction. Several may run at once: each refund is leased by one of them while
    it is sent (see `core.leases`). After a worker was killed the next one sends the refund again
    with the same key, which the provider knows already.
    """
    sent = 0
    for _turn in range(batch):
        refund = _claim_one()
        if refund is None:
            break
        with renewing(Refund.objects.held_by(refund)):
            sent += _send(refund)
    return sent


def retry_refund(refund):
    """Have a refund that needed a hand tried again from the beginning. Return whether it was."""
    again = Refund.objects.failed().filter(pk=refund.pk)
    changed = again.update(status=Refund.Status.ASKED, attempts=0, try_after=Now())
    if changed:
        enqueue_soon("payments.tasks.send_refunds")
    return bool(changed)


def record_manual_refund(refund):
    """Note that staff have given the money back by hand, where the provider could not.

    Return whether it was still waiting for a hand. Announced as any refund that was sent.
    """
    with transaction.atomic(durable=True):
        failed = Refund.objects.failed().filter(pk=refund.pk)
        changed = failed.update(status=Refund.Status.SENT, sent_at=Now(), failure="")
        if changed:
            refund.refresh_from_db()
            refund_sent.send(sender=Refund, refund=refund)
    return bool(changed)


def _same_refund(asked, payment, amount):
    if (asked.payment_id, asked.amount) != (payment.pk, amount):
        raise RefundRefused(_("Another refund has been asked for under this name."))
    return asked


def _claim_one():
    """Lease the refund that has waited longest. Return it, or None."""
    with transaction.atomic(durable=True):
        refund = (
            Refund.objects.due()
            .order_by("try_after", "pk")
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("payment")
            .first()
        )
        if refund is not None:
            Refund.objects.filter(pk=refund.pk).update(
                attempts=F("attempts") + 1, leased_until=lease_end()
            )
            refund.attempts += 1
    return refund


def _send(refund):
    try:
        provider_named(refund.payment.provider).refund(refund)
    except RefundRefused as error:
        _give_up(refund, str(error))
    except PaymentError as error:
        _put_off(refund, str(error))
    except Exception as error:
        logger.exception("Refund %s could not be sent.", refund.key)
        _put_off(refund, f"{type(error).__name__}: {error}")
    else:
        return _mark_sent(refund)
    return False


def _mark_sent(refund):
    with transaction.atomic(durable=True):
        changed = (
            Refund.objects.asked()
            .filter(pk=refund.pk)
            .update(status=Refund.Status.SENT, sent_at=Now(), failure="", leased_until=None)
        )
        if changed:
            refund.refresh_from_db()
            refund_sent.send(sender=Refund, refund=refund)
    return bool(changed)


def _put_off(refund, failure):
    if refund.attempts >= MOST_ATTEMPTS:
        _give_up(refund, failure)
        return
    pause = min(FIRST_PAUSE * 2 ** (refund.attempts - 1), LONGEST_PAUSE)
    logger.warning("Refund %s is put off for %s: %s", refund.key, pause, failure)
    Refund.objects.held_by(refund).update(
        failure=failure[:200], try_after=Now() + pause, leased_until=None
    )


def _give_up(refund, failure):
    logger.error("Refund %s needs a hand: %s", refund.key, failure)
    Refund.objects.held_by(refund).update(
        status=Refund.Status.FAILED, failure=failure[:200], leased_until=None
    )
