"""Collecting money: starting a payment, and finding out what became of it.

The provider's books are the truth. What a provider tells us (a webhook) and what the customer
brings back from its page are only reasons to look there, so that repeated, reordered, delayed
and lost messages come to the same end.
"""

import logging

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from .exceptions import AlreadyPaid, NoOnlinePayments, UnknownPayment, WrongAmount
from .models import Payment, ProviderEvent, new_key
from .providers import is_enabled, provider_named, takes_online_payments
from .signals import payment_captured, payment_failed
from .statements import find_payment, insert_payment, lock_payment, write_outcome

logger = logging.getLogger(__name__)


def start_payment(
    *, purpose, amount, currency, description, return_url, provider=None, is_due=None
):
    """Return the open payment for `purpose`, made now unless there is one.

    May run inside the caller's transaction, and races with itself safely: the constraint
    `one_open_payment_for_a_purpose` decides. An open payment of another amount is superseded:
    it counts as failed, without an announcement, and a new one takes its place. A superseded
    one that is captured all the same is announced, and its owner decides. One whose provider is no
    longer enabled is superseded as well. Without `provider` it is to be paid online; raises
    NoOnlinePayments where the site takes no payments online.

    `is_due()` says whether the money is still due. It is asked once the payment is there, in its
    transaction: from then on no other payment for the purpose can be captured, and what was
    captured before is known by then. Raises AlreadyPaid, and starts nothing, if it is not: so two
    who pay at the same time are not both charged.

    Call it before locking rows that listeners of `payments.signals` lock.
    """
    if provider is None and not takes_online_payments():
        raise NoOnlinePayments(_("Payments online are not available."))
    wanted = {"amount": amount, "currency": currency}
    for _attempt in range(5):
        with transaction.atomic():
            fresh = insert_payment(
                key=new_key(),
                purpose=purpose,
                provider=provider or settings.PAYMENT_PROVIDER,
                description=description[:200],
                return_url=return_url,
                **wanted,
            )
            if is_due is not None and not is_due():
                raise AlreadyPaid(_("This has been paid already."))
        payment = fresh or Payment.objects.open().made_for(purpose).first()
        if payment is None:
            continue  # It was settled in this instant.
        is_same = all(getattr(payment, name) == value for name, value in wanted.items())
        if is_same and is_enabled(payment.provider):
            return payment
        _supersede(payment)
    raise RuntimeError(f"No payment for {purpose} stays open long enough to be paid.")


def pay_url(payment):
    """Return where the customer pays. Asks the provider, so not inside a transaction."""
    return provider_named(payment.provider).pay_url(payment)


def settle_payment(payment):
    """Ask the provider what became of the payment, apply that, and return the payment as it is.

    May run as often as you like. Not inside a transaction: it asks the provider before and
    announces from a durable one of its own. Raises ProviderUnavailable, and WrongAmount when
    the provider took something else than we asked for, which is never applied.
    """
    if payment.status == Payment.Status.CAPTURED:
        return payment
    found = provider_named(payment.provider).fetch_status(payment)
    _refuse_wrong_amount(payment, found)
    if found.status == payment.status:
        return payment
    with transaction.atomic(durable=True):
        return _apply(payment.pk, found)


def receive_event(*, provider, event_id, kind, key, body):
    """Take in a verified event about the payment that has `key`. Return whether it was new.

    The event is written into the inbox in the transaction that applies what the provider's books
    say; if a listener raises, neither is recorded and the event may come again. Raises
    UnknownPayment or WrongAmount, having written down that it was refused.
    """
    event = {"provider": provider, "event_id": event_id, "kind": kind, "body": body}
    payment = find_payment(provider=provider, key=key)
    if payment is None:
        logger.error("%s event %s is about a payment that is not ours: %s", provider, event_id, key)
        ProviderEvent.objects.record(**event, outcome="refused: unknown payment")
        raise UnknownPayment(_("There is no such payment."))
    found = provider_named(provider).fetch_status(payment)
    try:
        _refuse_wrong_amount(payment, found)
    except WrongAmount:
        ProviderEvent.objects.record(**event, payment=payment, outcome="refused: wrong amount")
        raise
    with transaction.atomic(durable=True):
        # The payment first: an event that referred to it before would share a lock on it with
        # others, and they would wait for each other.
        locked = lock_payment(payment.pk)
        if not ProviderEvent.objects.record(**event, payment=payment, outcome=found.status):
            return False
        _apply_to(locked, found)
    return True


def _supersede(payment):
    Payment.objects.open().filter(pk=payment.pk).update(
        status=Payment.Status.FAILED, failure="superseded"
    )


def _refuse_wrong_amount(payment, found):
    captured = found.status == Payment.Status.CAPTURED
    if not captured or (found.amount, found.currency) == (payment.amount, payment.currency):
        return
    words = _("The provider took %(found)s where %(wanted)s was asked for.") % {
        "found": f"{found.amount} {found.currency}",
        "wanted": f"{payment.amount} {payment.currency}",
    }
    logger.error("Payment %s for %s is refused: %s", payment.key, payment.purpose, words)
    Payment.objects.not_captured().filter(pk=payment.pk).update(failure=words[:200])
    raise WrongAmount(words)


def _apply(pk, found):
    return _apply_to(lock_payment(pk), found)


def _apply_to(payment, found):
    """Move the locked payment to what was found, and announce it, if that is news."""
    if found.status == Payment.Status.CAPTURED and payment.status != Payment.Status.CAPTURED:
        _change(payment, found)
        payment_captured.send(sender=Payment, payment=payment)
    elif found.status == Payment.Status.FAILED and payment.status == Payment.Status.OPEN:
        _change(payment, found)
        payment_failed.send(sender=Payment, payment=payment)
    return payment


def _change(payment, found):
    payment.status = found.status
    payment.failure = found.failure[:200]
    payment.provider_reference = found.reference or payment.provider_reference
    payment.card = found.card[-4:] or payment.card
    write_outcome(payment)
