"""Close pay pages at their providers, as requested by `payments.page_closing_requests.close_pages`.

A customer who paid a moment before is not lost: the payment's status is fetched afterwards.
"""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now

from core.leases import claim_first, renewing

from .charges import settle_payment
from .exceptions import PaymentError
from .models import PageClosing
from .providers import get_provider

logger = logging.getLogger(__name__)

FIRST_PAUSE = timedelta(seconds=30)
# A slow provider may take so long until the page that a customer asked for is there.
OPENED_WITHIN = timedelta(minutes=2)
# A page that cannot be closed in so many attempts expires by itself.
MAX_ATTEMPTS = 10


def close_requested_pages(batch: int = 100) -> int:
    """Close the pages that are due at their providers; return how many were closed.

    Not inside a transaction. Several may run at once.
    """
    closed = 0
    for _number in range(batch):
        closing = _claim_one()
        if closing is None:
            break
        with renewing(PageClosing.objects.held_by(closing)):
            closed += _close(closing)
    return closed


def _claim_one() -> PageClosing | None:
    with transaction.atomic(durable=True):
        due = PageClosing.objects.due().order_by("try_after")
        return claim_first(due.select_related("payment"))


def _close(closing: PageClosing) -> bool:
    payment = closing.payment
    if not payment.page_reference and payment.age < OPENED_WITHIN:
        _postpone(closing, "It may be opened at this moment.")
        return False
    try:
        if payment.page_reference:
            get_provider(payment.provider).close_page(payment)
            settle_payment(payment)
    except PaymentError as error:
        _postpone(closing, str(error))
    except Exception:
        logger.exception("The pay page of %s could not be closed.", payment.key)
        _postpone(closing, "error")
    else:
        PageClosing.objects.held_by(closing).delete()
        return True
    return False


def _postpone(closing: PageClosing, failure: str) -> None:
    if closing.attempts >= MAX_ATTEMPTS:
        logger.error("The pay page of %s stays open: %s", closing.payment.key, failure)
        PageClosing.objects.held_by(closing).delete()
        return
    pause = FIRST_PAUSE * closing.attempts
    logger.warning("The pay page of %s is not closed yet: %s", closing.payment.key, failure)
    PageClosing.objects.held_by(closing).update(try_after=Now() + pause, leased_until=None)
