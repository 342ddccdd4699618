"""Close pay pages whose seats are no longer reserved for the customer.

Asking for it is one statement in the transaction that decides it; the provider is called after the
commit. A customer who paid a moment before is not lost: the payment's status is fetched afterwards.
"""

import logging
from collections.abc import Collection
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from core.enqueue import enqueue_soon
from core.leases import lease_end, renewing

from .charges import settle_payment
from .exceptions import PaymentError
from .models import PageClosing
from .providers import get_provider, names_that_close_pages

logger = logging.getLogger(__name__)

FIRST_PAUSE = timedelta(seconds=30)
# A page that cannot be closed in so many attempts expires by itself.
MAX_ATTEMPTS = 10

# One statement, which locks no payment: its foreign key takes a lock that agrees with that of
# `lock_payment`. So callers may have locked what listeners of a capture lock.
REQUEST = """
INSERT INTO payments_pageclosing (payment_id)
SELECT id FROM payments_payment
WHERE purpose = ANY(%s) AND status = 'open' AND provider = ANY(%s)
ON CONFLICT DO NOTHING RETURNING payment_id
"""


def close_pages(purposes: Collection[str]) -> int:
    """Have the open pay pages for these purposes closed after the commit; return how many.

    No query where no provider in use can close its pages.
    """
    providers = names_that_close_pages()
    if not purposes or not providers:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(REQUEST, [list(purposes), providers])
        count = cursor.rowcount
    if count:
        enqueue_soon("payments.tasks.close_pages")
    return count


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
        closing = (
            PageClosing.objects.due()
            .order_by("try_after")
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("payment")
            .first()
        )
        if closing is not None:
            PageClosing.objects.filter(pk=closing.pk).update(
                attempts=F("attempts") + 1, leased_until=lease_end()
            )
            closing.attempts += 1
    return closing


def _close(closing: PageClosing) -> bool:
    payment = closing.payment
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
