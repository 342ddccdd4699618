"""Start payments and find out how they ended.

The provider's records decide. A webhook, or a customer who returns from the provider's page, is
only a reason to look there: repeated, reordered, delayed and lost messages have the same result.
"""

import hashlib
import logging
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from .choice import chosen_provider
from .exceptions import (
    AlreadyPaid,
    NoOnlinePayments,
    PageClosed,
    UnknownPayment,
    WrongAmount,
)
from .models import Payment, ProviderEvent, new_key
from .page_closing_requests import close_pages
from .provider_calls import call_patiently, patience_with
from .provider_records import apply_disputes, apply_refunds
from .providers import get_provider, takes_online_payments
from .providers.base import Event, Page, PageOptions, PaymentResult
from .signals import payment_captured, payment_failed, payment_pending
from .statements import find_payment, insert_payment, lock_payment, write_outcome

logger = logging.getLogger(__name__)

# A provider's page can be paid for at least so long: until then it is shown again without asking.
PAGE_IS_OPEN_FOR = timedelta(minutes=10)
UNFINISHED = {Payment.Status.OPEN, Payment.Status.PENDING}
ENDED = {Payment.Status.FAILED, Payment.Status.EXPIRED}


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
    `one_unfinished_payment_for_a_purpose` decides. An open payment of another amount or provider is
    superseded: it counts as failed, without a signal, its page is closed, and a new one replaces
    it. If the superseded one is captured later, `payment_captured` is sent all the same. Without
    `provider` it is paid online; raises NoOnlinePayments where the site has no provider for that.

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
                provider=provider or chosen_provider(),
                description=description[:200],
                return_url=return_url,
                amount=amount,
                currency=currency,
            )
            if is_due is not None and not is_due():
                raise AlreadyPaid(_("This has already been paid."))
        payment = inserted or Payment.objects.unfinished().for_purpose(purpose).first()
        if payment is None:
            continue  # It was settled a moment ago.
        wanted = (amount, currency, provider or chosen_provider())
        is_same = (payment.amount, payment.currency, payment.provider) == wanted
        if is_same:
            return payment
        if payment.status == Payment.Status.PENDING:
            raise AlreadyPaid(_("A payment for this is being processed."))
        _supersede(payment)
    raise RuntimeError(f"No payment for {purpose} stays open long enough to be paid.")


def pay_url(payment: Payment, options: PageOptions | None = None, *, for_page: bool = False) -> str:
    """Return where the customer pays. Calls the provider, so not inside a transaction.

    With `for_page`, StillWaiting is raised when the provider takes long; call it again then. Raises
    PageClosed when the payment can no longer be paid; it counts as expired then, and
    `start_payment` starts another one.
    """
    if payment.page_url and payment.age < PAGE_IS_OPEN_FOR:
        return payment.page_url
    provider = get_provider(payment.provider)
    try:
        return call_patiently(
            lambda: provider.open_page(payment, options or PageOptions()),
            lambda page: _save_page(payment, page),
            patience=patience_with(provider) if for_page else None,
            name=f"page:{payment.key}",
        )
    except PageClosed:
        Payment.objects.open().filter(pk=payment.pk).update(status=Payment.Status.EXPIRED)
        raise


def settle_payment(payment: Payment, *, taken_by: str = "", for_page: bool = False) -> Payment:
    """Fetch the payment's status from the provider, apply it and return the updated payment.

    Can be repeated. Not inside a transaction: it calls the provider first and sends signals from a
    durable transaction of its own. `taken_by` is who took the money by hand. With `for_page`,
    StillWaiting is raised when the provider takes long, and the status is applied later. Raises
    ProviderUnavailable, and WrongAmount when the provider charged another amount than requested,
    which is never applied.
    """
    if payment.status == Payment.Status.CAPTURED:
        return payment
    provider = get_provider(payment.provider)
    if taken_by:
        payment.taken_by = taken_by
    return call_patiently(
        lambda: provider.fetch_status(payment),
        lambda result: _apply_status(payment, result, taken_by),
        patience=patience_with(provider) if for_page else None,
    )


def update_captured(payment: Payment) -> Payment:
    """Fetch all that the provider knows of a payment, with refunds and disputes, and apply it.

    Otherwise as `settle_payment`.
    """
    result = get_provider(payment.provider).fetch_status(payment, details=True)
    _refuse_wrong_amount(payment, result)
    with transaction.atomic(durable=True):
        return _apply(lock_payment(payment.pk), result)


def receive_event(*, provider: str, event: Event, for_page: bool = False) -> bool:
    """Process a verified event. Return whether it was new.

    The event is stored in the transaction that applies the provider's current status; if a listener
    raises, neither is stored and the event can be delivered again. An event about something that
    is not ours is stored and ignored. `for_page` as for `settle_payment`. Raises UnknownPayment or
    WrongAmount after recording that the event was refused.
    """
    if not event.is_relevant:
        return False
    payment = _payment_of(provider, event)
    if payment is None:
        return _record_unknown(provider, event)
    service = get_provider(provider)
    return call_patiently(
        lambda: service.fetch_status(payment, details=event.is_about_details),
        lambda result: _apply_event(payment, event, result),
        patience=patience_with(service) if for_page else None,
    )


def _save_page(payment: Payment, page: Page) -> str:
    if page.reference:
        payment.page_reference, payment.page_url = page.reference, page.url
        changes = {"page_reference": page.reference, "page_url": page.url}
        if page.payment:
            payment.provider_reference = changes["provider_reference"] = page.payment
        Payment.objects.filter(pk=payment.pk).update(**changes)
    return page.url


def _apply_status(payment: Payment, result: PaymentResult, taken_by: str) -> Payment:
    _refuse_wrong_amount(payment, result)
    if result.status == payment.status:
        return payment
    with transaction.atomic(durable=True):
        locked = lock_payment(payment.pk)
        if taken_by and locked.status != Payment.Status.CAPTURED:
            locked.taken_by = taken_by
            locked.save(update_fields=["taken_by"])
        return _apply(locked, result)


def _apply_event(payment: Payment, event: Event, result: PaymentResult) -> bool:
    record = _record_of(payment.provider, event, result)
    try:
        _refuse_wrong_amount(payment, result)
    except WrongAmount:
        ProviderEvent.objects.record(**record, payment=payment, outcome="refused: wrong amount")
        raise
    with transaction.atomic(durable=True):
        # Lock the payment first: inserting an event takes a shared lock on its payment, and two
        # transactions that upgrade it would deadlock.
        locked = lock_payment(payment.pk)
        if not ProviderEvent.objects.record(**record, payment=payment, outcome=result.status):
            return False
        _apply(locked, result)
    return True


def _record_unknown(provider: str, event: Event) -> bool:
    if not event.event_id:
        return False  # Anybody may have sent it.
    record = _record_of(provider, event)
    if not event.key:
        # Others may use the same account at the provider.
        return ProviderEvent.objects.record(**record, outcome="ignored: not about a payment")
    logger.error("%s event is about an unknown payment: %s", provider, event.key)
    ProviderEvent.objects.record(**record, outcome="refused: unknown payment")
    raise UnknownPayment(_("There is no such payment."))


def _record_of(provider: str, event: Event, result: PaymentResult | None = None) -> dict[str, Any]:
    return {
        "provider": provider,
        "event_id": event.event_id or f"{event.reference}:{_digest(result)}",
        "kind": event.kind,
        "body": event.body,
    }


def _digest(result: PaymentResult | None) -> str:
    """Name what an event without an ID has found, so that finding it again is no new event."""
    found = result and (result.status, result.refunds, result.disputes)
    return hashlib.blake2b(repr(found).encode(), digest_size=9).hexdigest()


def _payment_of(provider: str, event: Event) -> Payment | None:
    """Return the payment that the event is about, or None.

    A new pay page's ID is stored with the payment, in case that storing it failed before.
    """
    if event.key:
        payment = find_payment(provider=provider, key=event.key)
    elif event.reference:
        payment = Payment.objects.of_provider(provider, event.reference).first()
    else:
        payment = None
    if payment and event.page and not payment.page_reference:
        Payment.objects.filter(pk=payment.pk).update(page_reference=event.page)
        payment.page_reference = event.page
    return payment


def _supersede(payment: Payment) -> None:
    """Close the open payment, which counts as failed, and have its page closed."""
    with transaction.atomic():
        close_pages([payment.purpose])
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
    before, status = payment.status, result.status
    if status == Payment.Status.CAPTURED and before != status:
        _save_result(payment, result)
        payment_captured.send(sender=Payment, payment=payment)
    elif status == Payment.Status.PENDING and before in (Payment.Status.OPEN,):
        _save_result(payment, result)
        payment_pending.send(sender=Payment, payment=payment)
    elif status in ENDED and before in UNFINISHED:
        _save_result(payment, result)
        payment_failed.send(sender=Payment, payment=payment)
    if payment.status == Payment.Status.CAPTURED:
        apply_refunds(payment, result.refunds or ())
        apply_disputes(payment, result.disputes or ())
    return payment


def _save_result(payment: Payment, result: PaymentResult) -> None:
    payment.status = result.status
    payment.failure = result.failure[:200]
    payment.provider_reference = result.reference or payment.provider_reference
    payment.card = result.card[-4:] or payment.card
    payment.method = result.method[:30] or payment.method
    write_outcome(payment)
