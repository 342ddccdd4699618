"""Place orders, start their payment, and fulfil them once paid."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from core.email_addresses import lookup_email
from payments.charges import start_payment
from payments.models import Payment
from payments.refunds import request_refund
from shows.models import Performance
from shows.terms import Terms, terms_of
from waitingroom import passes

from ..exceptions import AccountNotApproved, LimitReached, NotOnSale, QuoteChanged
from ..ledger.recording import entry, record, record_all
from ..models import COUNTER_CHANNELS, Hold, LedgerEntry, Order, Place
from ..order_emails import enqueue_order_email
from . import locks
from .customers import Customer
from .guest_places import remove_from_guest_holds
from .payment_options import check_orderable, check_payable
from .queries import count_other_places, is_confirmed, order_of_hold, order_to_fulfil
from .quotes import Quote, from_json, quote_places
from .writes import write_order, write_sale


def place_order(
    *,
    hold: Hold,
    quote_token: str,
    customer: Customer,
    email: str,
    name: str,
    language: str = "en",
    details: Mapping[str, str] | None = None,
    invoice_details: dict[str, str] | None = None,
    accepted_terms: int | None = None,
    enforce_limits: bool = True,
) -> Order:
    """Create the order of a hold, or update its pending order.

    `quote_token` is the token of the quote that the customer confirmed. The same hold always gives
    the same order; an order without a price is fulfilled at once. `enforce_limits=False` is for
    staff: the customer limit does not apply, and without `email` no e-mail is sent. `details` are
    the values of `checkout_fields`. `invoice_details` is the recipient of an invoice, if the
    customer wants one; it is issued once the order is paid. `accepted_terms` is the id of the
    version of the terms of sale that the customer accepted.

    Locks the hold, the buyer (address and account), then the places. Raises `HoldLapsed`,
    `QuoteChanged`, `LimitReached`, `NotOnSale`, `NotSoldOnline`, `AccountNotApproved`.
    """
    if not customer.may_book:
        raise AccountNotApproved
    email = lookup_email(email)
    with transaction.atomic(durable=True):
        hold = locks.lock_hold(pk=hold.pk)
        now = locks.lock_buyer(performance_id=hold.performance_id, email=email, user=customer.user)
        order = order_of_hold(hold)
        if order and (order.is_confirmed or order.is_reserved):
            return order
        terms = terms_of(hold.performance_id)
        if terms.status != Performance.Status.PUBLISHED:
            raise NotOnSale
        places = locks.lock_held_places(hold, now)
        quote = _confirmed_quote(hold, places, terms, quote_token, customer, language, now)
        if enforce_limits:
            _check_limit(hold, places, terms, customer, email, now)
        order = order or Order(hold=hold, performance_id=hold.performance_id, visitor=hold.visitor)
        order.email, order.name, order.language = email, name, language
        order.details, order.accepted_terms_id = dict(details or {}), accepted_terms
        order.invoice_details = invoice_details if quote.total else None
        _save_order(order, hold, quote, customer)
        if order.total == 0:
            _issue_tickets(order, places, now, actor=customer.actor)
            passes.end_pass(performance_id=hold.performance_id, visitor=hold.visitor)
    return order


def _confirmed_quote(
    hold: Hold,
    places: list[Place],
    terms: Terms,
    quote_token: str,
    customer: Customer,
    language: str,
    now: datetime,
) -> Quote:
    """Return the quote of the places. Raises `QuoteChanged` unless the customer confirmed it."""
    # Staff may read another language than that of the tickets, which name the seats.
    with translation.override(language):
        quote = quote_places(hold, places, terms, user=customer.user, now=now)
    if not quote.matches(quote_token):
        raise QuoteChanged(quote)
    if customer.pays_online:
        check_orderable(quote.total, terms)
    return quote


def start_order_payment(*, order: Order, return_url: str) -> Payment:
    """Return the order's open payment, or start one. Repeating it gives the same payment.

    Raises `AlreadyPaid` if another request has paid the order meanwhile, and `NotSoldOnline` where
    the site takes no payments online.
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


def fulfil_order(payment: Payment) -> None:
    """Issue the tickets of a captured payment, or request its refund: always one of the two.

    Runs inside the transaction that records the capture. Tickets are issued if all places still
    belong to the hold or have become available since it lapsed. Otherwise, and if the order is
    paid already, cancelled, or has another total, the payment is refunded and the customer
    notified. Locks the hold, then its places, waiting.
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
    order, now, status = order_to_fulfil(hold)
    places = _lock_places(order, payment, now, status)
    if places:
        _issue_tickets(order, places, now, actor=payment.provider, payment=payment)
        passes.end_pass(performance_id=hold.performance_id, visitor=hold.visitor)
    else:
        _refund(order, payment)


def _check_limit(
    hold: Hold,
    places: list[Place],
    terms: Terms,
    customer: Customer,
    email: str,
    now: datetime,
) -> None:
    have = count_other_places(hold, email=email, user=customer.user, now=now)
    if have + len(places) > terms.customer_limit:
        raise LimitReached(limit=terms.customer_limit, have=have)


def _save_order(order: Order, hold: Hold, quote: Quote, customer: Customer) -> None:
    order.user = customer.user
    order.currency = quote.currency
    order.channel = hold.channel
    order.total = quote.total
    order.order_fee = quote.order_fee
    order.order_fee_tax_rate = quote.order_fee_rates.fee
    order.order_fee_tax_exemption = quote.order_fee_rates.exemption
    order.quote = quote.to_json()
    order.tax_rates = quote.rates_to_json()
    order.quantity = len(quote.lines)
    order.status = Order.Status.PENDING
    if order._state.adding:
        write_order(order, actor=customer.actor)
        return
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


def _lock_places(order: Order, payment: Payment, now: datetime, status: str) -> list[Place]:
    """Lock the places of the order and its hold; return them if all can be sold to it, else []."""
    if order.is_confirmed:
        return []
    if (payment.amount, payment.currency) != (order.total, order.currency):
        return []
    if status != Performance.Status.PUBLISHED:
        return []
    if order.status == Order.Status.LAPSED and _is_over_limit(order):
        return []
    places = locks.lock_places_for_order(order)
    return places if all(place.can_be_sold_to(order.hold_id, now) for place in places) else []


def _is_over_limit(order: Order) -> bool:
    """Check the customer limit again for a lapsed order, which did not count meanwhile."""
    now = locks.lock_buyer(performance_id=order.performance_id, email=order.email, user=order.user)
    have = count_other_places(order.hold, email=order.email, user=order.user, now=now)
    return have + order.quantity > order.performance.customer_limit


def _issue_tickets(
    order: Order,
    places: list[Place],
    now: datetime,
    *,
    actor: str,
    payment: Payment | None = None,
) -> None:
    """Sell the locked places to the order, log it, and enqueue the confirmation e-mail."""
    lines = from_json(order.quote, order.tax_rates)
    extra = {place.pk for place in places} - {line.place for line in lines}
    if extra:
        # The customer added these to the hold after confirming the order.
        Place.objects.filter(pk__in=extra).make_available()
    write_sale(order, lines, now, actor=actor, payment=payment)
    if order.channel in COUNTER_CHANNELS:
        remove_from_guest_holds([line.place for line in lines])
    order.status = Order.Status.PAID
    order.paid_at = now
    enqueue_order_email(order, "order_confirmation", key=f"confirmation:{order.reference}")


def _refund(order: Order, payment: Payment) -> None:
    """Refund a captured payment in full; the order lapses unless another payment has paid it."""
    if order.status == Order.Status.PENDING:
        order.status = Order.Status.LAPSED
        order.save(update_fields=["status"])
    refund = request_refund(
        payment=payment,
        amount=payment.amount,
        key=f"not-fulfilled:{payment.key}",
        reason=_("The seats are no longer available."),
    )
    line: dict[str, Any] = {
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
