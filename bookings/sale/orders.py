"""From a hold to an order, and from a payment to tickets."""

from django.db import transaction
from django.utils.translation import gettext as _

from core.email_addresses import lookup_email
from payments.charges import start_payment
from payments.refunds import request_refund
from shows.models import Performance
from shows.terms import terms_of
from waitingroom import passes

from ..exceptions import AccountNotApproved, LimitReached, NotOnSale, QuoteChanged
from ..ledger.recording import entry, record, record_all
from ..models import Hold, LedgerEntry, Order, Place
from ..order_emails import enqueue_order_email
from . import locks
from .online import check_payable
from .quotes import from_json, quote_places
from .statements import (
    count_other_places,
    is_confirmed,
    read_order_of,
    read_order_to_fulfil,
    write_order,
    write_sale,
)


def place_order(*, hold, seen, customer, email, name, language="en", limited=True):
    """Turn what the hold has into an order, or bring its pending order up to date.

    `seen` is the token of the quote that the customer confirmed. The same hold always gives the
    same order; a free one is fulfilled at once. Locks the hold, the buyer (address and account),
    then the places. Raises `HoldLapsed`, `QuoteChanged`, `LimitReached`, `NotOnSale`,
    `NotSoldOnline`, `AccountNotApproved`.
    `limited=False` is for staff, whom the customer's limit does not stop; they may also leave out
    the address, and then no letter is owed.
    """
    if not customer.may_book:
        raise AccountNotApproved
    email = lookup_email(email)
    with transaction.atomic(durable=True):
        hold = locks.lock_hold(pk=hold.pk)
        now = locks.lock_buyer(performance_id=hold.performance_id, email=email, user=customer.user)
        order = read_order_of(hold)
        if order and order.is_confirmed:
            return order
        terms = terms_of(hold.performance_id)
        if terms.status != Performance.Status.PUBLISHED:
            raise NotOnSale
        places = locks.lock_places_of(hold, now)
        quote = quote_places(hold, places, terms)
        if not quote.was_seen(seen):
            raise QuoteChanged(quote)
        if customer.pays_online:
            check_payable(quote.total)
        if limited:
            _check_limit(hold, places, terms, customer, email, now)
        order = _write_order(order, hold, quote, customer, email, name, language)
        if order.total == 0:
            _issue(order, places, now, actor=customer.actor)
            passes.end_pass(performance_id=hold.performance_id, visitor=hold.visitor)
    return order


def start_order_payment(*, order, return_url):
    """Return the order's open payment, starting one if there is none. Repeatable.

    Raises AlreadyPaid when the order has been paid meanwhile, by another request or tab.
    Raises `NotSoldOnline` where the site takes no payments online.
    """
    check_payable(order.total)
    show = terms_of(order.performance_id).show_title
    return start_payment(
        purpose=order.reference,
        amount=order.total,
        currency=order.currency,
        description=_("%(show)s, order %(reference)s")
        % {"show": show, "reference": order.reference},
        return_url=return_url,
        is_due=lambda: not is_confirmed(order),
    )


def fulfil_order(payment):
    """Give a captured payment its tickets, or give the money back: one of the two, for ever.

    Runs inside the transaction that records the capture. The places are had if all of them are
    still the hold's, or have fallen free since it lapsed; else, and when the order is paid
    already, cancelled, or costs something else, a refund is asked for and the customer told.
    Locks the hold, then its places, waiting.
    """
    try:
        hold = locks.lock_hold(reference=payment.purpose)
    except Hold.DoesNotExist:
        request_refund(
            payment=payment,
            amount=payment.amount,
            key=f"unknown:{payment.key}",
            reason=_("No order has this reference."),
        )
        return
    order, now, status = read_order_to_fulfil(hold)
    places = _places_for(order, payment, now, status)
    if places:
        _issue(order, places, now, actor=payment.provider, payment=payment)
        passes.end_pass(performance_id=hold.performance_id, visitor=hold.visitor)
    else:
        _refuse(order, payment)


def _check_limit(hold, places, terms, customer, email, now):
    have = count_other_places(hold, email=email, user=customer.user, now=now)
    if have + len(places) > terms.customer_limit:
        raise LimitReached(limit=terms.customer_limit, have=have)


def _write_order(order, hold, quote, customer, email, name, language):
    is_new = order is None
    order = order or Order(hold=hold, performance_id=hold.performance_id, visitor=hold.visitor)
    order.user = customer.user
    order.email = email
    order.name = name
    order.language = language
    order.currency = quote.currency
    order.total = quote.total
    order.quote = quote.frozen()
    order.quantity = len(quote.lines)
    order.status = Order.Status.PENDING
    if is_new:
        write_order(order, actor=customer.actor)
        return order
    order.save()
    record(
        LedgerEntry.Kind.ORDER,
        performance_id=order.performance_id,
        actor=customer.actor,
        hold=hold.pk,
        order=order.reference,
        places=[line.place for line in quote.lines],
        amount=quote.total,
        currency=quote.currency,
    )
    return order


def _places_for(order, payment, now, status):
    """Lock the order's places; return them, and what its hold has beside, if all can be had."""
    if order.status not in (Order.Status.PENDING, Order.Status.LAPSED):
        return []
    if (payment.amount, payment.currency) != (order.total, order.currency):
        return []
    if status != Performance.Status.PUBLISHED:
        return []
    if order.status == Order.Status.LAPSED and _is_over_limit(order):
        return []
    places = locks.lock_places_for(order)
    return places if all(place.may_be_had_by(order.hold_id, now) for place in places) else []


def _is_over_limit(order):
    """A lapsed order did not count towards the limit meanwhile, so it is counted again."""
    now = locks.lock_buyer(performance_id=order.performance_id, email=order.email, user=order.user)
    have = count_other_places(order.hold, email=order.email, user=order.user, now=now)
    return have + order.quantity > order.performance.customer_limit


def _issue(order, places, now, *, actor, payment=None):
    """Sell the locked places to the order: tickets, log and letter in one transaction."""
    lines = from_json(order.quote)
    extra = {place.pk for place in places} - {line.place for line in lines}
    if extra:
        # Places that joined the hold after the order was confirmed are given back.
        Place.objects.filter(pk__in=extra).update(
            state=Place.State.AVAILABLE, hold=None, held_until=None
        )
    write_sale(order, lines, now, actor=actor, payment=payment)
    order.status = Order.Status.PAID
    order.paid_at = now
    enqueue_order_email(order, "order_confirmation", key=f"confirmation:{order.reference}")


def _refuse(order, payment):
    """Send a captured payment back, and let the order lapse unless it is paid by another."""
    if order.status == Order.Status.PENDING:
        order.status = Order.Status.LAPSED
        order.save(update_fields=["status"])
    refund = request_refund(
        payment=payment,
        amount=payment.amount,
        key=f"not-fulfilled:{payment.key}",
        reason=_("The places could no longer be had."),
    )
    line = {
        "performance_id": order.performance_id,
        "hold": order.hold_id,
        "order": order.reference,
        "currency": payment.currency,
    }
    record_all(
        entry(
            LedgerEntry.Kind.PAYMENT,
            actor=payment.provider,
            amount=payment.amount,
            detail={"payment": payment.key},
            **line,
        ),
        entry(
            LedgerEntry.Kind.REFUND,
            actor="system",
            amount=-refund.amount,
            detail={"payment": payment.key, "refund": refund.key},
            **line,
        ),
    )
    enqueue_order_email(
        order, "payment_returned", key=f"returned:{payment.key}", payment=payment.key
    )
