"""Asking after payments that nobody told us about."""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Least, Now

from .charges import settle_payment
from .exceptions import PaymentError, UnknownProvider
from .models import Payment
from .signals import payment_failed

logger = logging.getLogger(__name__)

# The older an open payment, the longer until it is asked after again, up to this.
LONGEST_WAIT = timedelta(hours=1)

# A payment that stays open for so long has been abandoned.
ABANDONED_AFTER = timedelta(hours=48)


def settle_open_payments(batch=100):
    """Ask the providers what became of open payments, and return how many were asked after.

    Bounded, and fair: one that stays open comes round again only when it has waited as long as
    it is old, so that abandoned ones never crowd out the rest. Several may run at once.
    """
    payments = _claim(batch)
    for payment in payments:
        _settle_or_close(payment)
    return len(payments)


def _claim(batch):
    with transaction.atomic(durable=True):
        due = Payment.objects.due_for_polling().select_for_update(
            skip_locked=True, of=("self",), no_key=True
        )
        payments = list(due.annotate(age=Now() - F("created_at"))[:batch])
        Payment.objects.filter(pk__in=[payment.pk for payment in payments]).update(
            next_poll_at=Now() + Least(Now() - F("created_at"), LONGEST_WAIT)
        )
    return payments


def _settle_or_close(payment):
    try:
        settled = settle_payment(payment)
    except UnknownProvider as error:
        # Nobody can be asked any more. The site may get its provider back; it waits no longer for
        # one than for an abandoned payment.
        logger.warning("Payment %s cannot be settled: %s", payment.key, error)
        _close_if_abandoned(payment, age=payment.age)
    except PaymentError as error:
        logger.warning("Payment %s cannot be settled yet: %s", payment.key, error)
    except Exception:
        logger.exception("Payment %s cannot be settled yet.", payment.key)
    else:
        _close_if_abandoned(settled, age=payment.age)


def _close_if_abandoned(payment, *, age):
    if payment.status != Payment.Status.OPEN or age <= ABANDONED_AFTER:
        return
    with transaction.atomic(durable=True):
        payment = Payment.objects.locked().open().filter(pk=payment.pk).first()
        if payment is None:
            return
        payment.status = Payment.Status.FAILED
        payment.failure = "abandoned"
        payment.save(update_fields=["status", "failure"])
        payment_failed.send(sender=Payment, payment=payment)
