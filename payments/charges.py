"""Start payments and find out how they ended.

The provider's records decide. A webhook, or a customer who returns from the provider's page, is
only a reason to look there: repeated, reordered, delayed and lost messages have the same result.
"""

import logging
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from .exceptions import AlreadyPaid, NoOnlinePayments, UnknownPayment, WrongAmount
from .models import Payment, ProviderEvent, new_key
from .providers import PaymentResult, get_provider, takes_online_payments
from .signals import payment_captured, payment_failed
from .statements import find_payment, insert_payment, lock_payment, write_outcome

logger = logging.getLogger(__name__)


def start_payment(
    *,
    purpose: str,
    amount: Decimal,
    currency: str,
    description: str,
    return_url: str,
    provider: str | None = None,
    is_due: Callable[[], bool] | None = None,
) -> Payment:
    """Return the open payment for `purpose`; create one unless there is one.

    May run inside the caller's transaction and concurrently with itself: the constraint
    `one_open_payment_for_a_purpose` decides. An open payment of another amount or provider is
    superseded: it counts as failed, without a signal, and a new one replaces it. If the superseded
    one is captured later, `payment_captured` is sent all the same. Without `provider` it is paid
    online; raises NoOnlinePayments where the site has no provider for that.

    `is_due()` returns whether the money is still due. It is called after the payment was inserted,
    in the same transaction: no other payment for the purpose can be captured from then on. Raises
    AlreadyPaid, and creates nothing, if it is not due: two concurrent payers are not both charged.

    Call it before locking rows that listeners of `payments.signals` lock.
    """
    if provider is None and not takes_online_payments():
        raise NoOnlinePayments(_("Online payments are not available."))
    for _attempt in range(5):
        with transaction.atomic():
            inserted = insert_payment(
                key=new_key(),
                purpose=purpose,
                provider=provider or settings.PAYMENT_PROVIDER,
                description=description[:200],
                return_url=return_url,
                amount=amount,
                currency=currency,
            )
            if is_due is not None and not is_due():
                raise AlreadyPaid(_("This has already been paid."))
        payment = inserted or Payment.objects.open().for_purpose(purpose).first()
        if payment is None:
            continue  # It was settled a moment ago.
        wanted = (amount, currency, provider or settings.PAYMENT_PROVIDER)
        is_same = (payment.amount, payment.currency, payment.provider) == wanted
        if is_same:
            return payment
        _supersede(payment)
    raise RuntimeError(f"No payment for {purpose} stays open long enough to be paid.")


def pay_url(payment: Payment) -> str:
    """Return where the customer pays. Calls the provider, so not inside a transaction."""
    return get_provider(payment.provider).pay_url(payment)


def settle_payment(payment: Payment, *, taken_by: str = "") -> Payment:
    """Fetch the payment's status from the provider, apply it and return the updated payment.

    Can be repeated. Not inside a transaction: it calls the provider first and sends signals from a
    durable transaction of its own. `taken_by` is who took a payment by hand, such as "staff:3":
    without it, such a payment stays open. Raises ProviderUnavailable, and WrongAmount when the
    provider charged another amount than requested, which is never applied.
    """
    if payment.status == Payment.Status.CAPTURED:
        return payment
    payment.taken_by = taken_by
    result = get_provider(payment.provider).fetch_status(payment)
    _refuse_wrong_amount(payment, result)
    if result.status == payment.status:
        return payment
    with transaction.atomic(durable=True):
        locked = lock_payment(payment.pk)
        if taken_by and locked.status == Payment.Status.OPEN:
            locked.taken_by = taken_by
            locked.save(update_fields=["taken_by"])
        return _apply(locked, result)


def receive_event(
    *, provider: str, event_id: str, kind: str, key: str, body: dict[str, Any]
) -> bool:
    """Process a verified event about the payment that has `key`. Return whether it was new.

    The event is stored in the transaction that applies the provider's current status; if a listener
    raises, neither is stored and the event can be delivered again. Raises UnknownPayment or
    WrongAmount after recording that the event was refused.
    """
    event: dict[str, Any] = {
        "provider": provider,
        "event_id": event_id,
        "kind": kind,
        "body": body,
    }
    payment = find_payment(provider=provider, key=key)
    if payment is None:
        logger.error("%s event %s is about an unknown payment: %s", provider, event_id, key)
        ProviderEvent.objects.record(**event, outcome="refused: unknown payment")
        raise UnknownPayment(_("There is no such payment."))
    result = get_provider(provider).fetch_status(payment)
    try:
        _refuse_wrong_amount(payment, result)
    except WrongAmount:
        ProviderEvent.objects.record(**event, payment=payment, outcome="refused: wrong amount")
        raise
    with transaction.atomic(durable=True):
        # Lock the payment first: inserting an event takes a shared lock on its payment, and two
        # transactions that upgrade it would deadlock.
        locked = lock_payment(payment.pk)
        if not ProviderEvent.objects.record(**event, payment=payment, outcome=result.status):
            return False
        _apply(locked, result)
    return True


def _supersede(payment: Payment) -> None:
    Payment.objects.open().filter(pk=payment.pk).update(
        status=Payment.Status.FAILED, failure="superseded"
    )


def _refuse_wrong_amount(payment: Payment, result: PaymentResult) -> None:
    captured = result.status == Payment.Status.CAPTURED
    if not captured or (result.amount, result.currency) == (payment.amount, payment.currency):
        return
    message = _("The provider charged %(charged)s instead of %(requested)s.") % {
        "charged": f"{result.amount} {result.currency}",
        "requested": f"{payment.amount} {payment.currency}",
    }
    logger.error("Payment %s for %s is refused: %s", payment.key, payment.purpose, message)
    Payment.objects.not_captured().filter(pk=payment.pk).update(failure=message[:200])
    raise WrongAmount(message)


def _apply(payment: Payment, result: PaymentResult) -> Payment:
    """Update the locked payment from the result, and send a signal if the status changes."""
    if result.status == Payment.Status.CAPTURED and payment.status != Payment.Status.CAPTURED:
        _save_result(payment, result)
        payment_captured.send(sender=Payment, payment=payment)
    elif result.status == Payment.Status.FAILED and payment.status == Payment.Status.OPEN:
        _save_result(payment, result)
        payment_failed.send(sender=Payment, payment=payment)
    return payment


def _save_result(payment: Payment, result: PaymentResult) -> None:
    payment.status = result.status
    payment.failure = result.failure[:200]
    payment.provider_reference = result.reference or payment.provider_reference
    payment.card = result.card[-4:] or payment.card
    write_outcome(payment)
