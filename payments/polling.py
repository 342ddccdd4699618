"""Poll the providers about open payments for which no webhook arrived."""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Least, Now

from .charges import settle_payment, update_captured
from .exceptions import PaymentError, UnknownProvider
from .models import Payment, Refund
from .refunds import POLL_EVERY
from .signals import payment_failed

logger = logging.getLogger(__name__)

# The older an open payment, the longer until its next poll, up to this.
MAX_WAIT = timedelta(hours=1)

# A payment that is open for longer has been abandoned.
ABANDONED_AFTER = timedelta(hours=48)
# Delayed methods take up to two weeks; after that the money is no longer expected.
PENDING_FOR = timedelta(days=30)


def settle_open_payments(batch: int = 100) -> int:
    """Fetch the status of open payments that are due; return how many were polled.

    Each waits as long for its next poll as it is old, so that abandoned payments never crowd out
    new ones. Several may run at once: rows are claimed with SKIP LOCKED.
    """
    claimed = _claim(batch)
    for payment, age in claimed:
        _settle_or_close(payment, age)
    return len(claimed)


def _claim(batch: int) -> list[tuple[Payment, timedelta]]:
    with transaction.atomic(durable=True):
        due = Payment.objects.due_for_polling().select_for_update(
            skip_locked=True, of=("self",), no_key=True
        )
        rows = due.annotate(database_age=Now() - F("created_at"))[:batch]
        claimed = [(row, row.database_age) for row in rows]  # type: ignore[attr-defined]
        Payment.objects.filter(pk__in=[payment.pk for payment, _age in claimed]).update(
            next_poll_at=Now() + Least(Now() - F("created_at"), MAX_WAIT)
        )
    return claimed


def _settle_or_close(payment: Payment, age: timedelta) -> None:
    try:
        settled = settle_payment(payment)
    except UnknownProvider as error:
        # The provider is no longer enabled. It may be enabled again, but the payment does not wait
        # for that longer than an abandoned one.
        logger.warning("Payment %s cannot be settled: %s", payment.key, error)
        _close_if_abandoned(payment, age)
    except PaymentError as error:
        logger.warning("Payment %s cannot be settled yet: %s", payment.key, error)
    except Exception:
        logger.exception("Payment %s cannot be settled yet.", payment.key)
    else:
        _close_if_abandoned(settled, age)


def _close_if_abandoned(payment: Payment, age: timedelta) -> None:
    longest = PENDING_FOR if payment.status == Payment.Status.PENDING else ABANDONED_AFTER
    if age <= longest:
        return
    with transaction.atomic(durable=True):
        locked = Payment.objects.locked().unfinished().filter(pk=payment.pk).first()
        if locked is None:
            return
        locked.status = Payment.Status.FAILED
        locked.failure = "abandoned"
        locked.save(update_fields=["status", "failure"])
        payment_failed.send(sender=Payment, payment=locked)


def settle_sent_refunds(batch: int = 100) -> int:
    """Fetch the outcome of refunds that the provider has accepted; return how many were polled.

    Webhooks report most outcomes sooner. Several may run at once.
    """
    with transaction.atomic(durable=True):
        due = Refund.objects.due_for_polling().select_for_update(skip_locked=True, of=("self",))
        refunds = list(due.select_related("payment").order_by("try_after")[:batch])
        Refund.objects.filter(pk__in=[refund.pk for refund in refunds]).update(
            try_after=Now() + POLL_EVERY
        )
    for payment in {refund.payment for refund in refunds}:
        try:
            update_captured(payment)
        except PaymentError as error:
            logger.warning("The refunds of %s cannot be settled yet: %s", payment.key, error)
        except Exception:
            logger.exception("The refunds of %s cannot be settled yet.", payment.key)
    return len(refunds)
