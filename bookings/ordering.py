"""From a hold to an order, and from a payment to tickets."""

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from letters.owing import owe_letter
from payments.paying import start_payment
from payments.refunding import ask_refund
from shows.models import Performance
from shows.terms import terms_of

from . import locks
from .exceptions import HoldLapsed, LimitReached, NotOnSale, QuoteChanged
from .log import record
from .models import Entry, Hold, Order, Place, Ticket
from .quotes import quote_places, thaw


def place_order(*, hold, seen, customer, email, name, language="en"):
    """Turn what the hold has into an order, or bring its pending order up to date.

    `seen` is the token of the quote that the customer confirmed. The same hold always gives the
    same order; a free one is fulfilled at once. Locks the customer by visitor, account and address,
    then the hold's places. Raises `HoldLapsed`, `QuoteChanged`, `LimitReached`, `NotOnSale`.
    """
    email = email.strip().lower()
    with transaction.atomic(durable=True):
        now = locks.lock_buyer(hold, email=email, customer=customer)
        order = Order.objects.filter(hold=hold).first()
        if order and order.status in (Order.Status.PAID, Order.Status.CANCELLED):
            return order
        terms = terms_of(hold.performance_id)
        if terms.status != Performance.Status.PUBLISHED:
            raise NotOnSale
        places = locks.lock_places_of(hold, now)
        if not places:
            raise HoldLapsed
        quote = quote_places(hold, places, terms)
        if not quote.was_seen(seen):
            raise QuoteChanged(quote)
        have = _other_places(hold, email, customer.user, now)
        if have + len(places) > terms.customer_limit:
            raise LimitReached(limit=terms.customer_limit, have=have)
        order = _write_order(order, hold, quote, customer, email, name, language)
        if order.total == 0:
            _issue(order, places, now, actor=customer.actor)
    return order


def start_order_payment(*, order, return_url):
    """Return the order's open payment, starting one if there is none. Repeatable."""
    show = terms_of(order.performance_id).show_title
    return start_payment(
        purpose=order.reference,
        amount=order.total,
        currency=order.currency,
        description=_("%(show)s, order %(reference)s")
        % {"show": show, "reference": order.reference},
        return_url=return_url,
    )


def fulfil_order(payment):
    """Give a captured payment its tickets, or give the money back: one of the two, for ever.

    Runs inside the transaction that records the capture. The places are had if all of them are
    still the hold's, or have fallen free since it lapsed; else, and when the order is paid
    already, cancelled, or costs something else, a refund is asked for and the customer told.
    Locks the buyer, the order, then its places, waiting.
    """
    order = Order.objects.select_related("hold").filter(reference=payment.purpose).first()
    if order is None:
        ask_refund(
            payment=payment,
            amount=payment.amount,
            key=f"unknown:{payment.key}",
            reason=_("No order has this reference."),
        )
        return
    now = locks.lock_buyer(order.hold, email=order.email)
    order = locks.lock_order(pk=order.pk)
    _log_payment(order, payment)
    places = _places_for(order, payment, now)
    if places:
        _issue(order, places, now, actor=payment.provider)
    else:
        _refuse(order, payment)


def _other_places(hold, email, user, now):
    """Count what the customer has, or is paying for, at this performance beside this hold."""
    others = Order.objects.counting(now).filter(performance_id=hold.performance_id)
    others = others.of_customer(email=email, user=user).exclude(hold=hold)
    return others.aggregate(places=Sum("quantity"))["places"] or 0


def _write_order(order, hold, quote, customer, email, name, language):
    order = order or Order(hold=hold, performance_id=hold.performance_id, visitor=customer.visitor)
    order.user = customer.user
    order.email = email
    order.name = name
    order.language = language
    order.currency = quote.currency
    order.total = quote.total
    order.quote = quote.frozen()
    order.quantity = len(quote.lines)
    order.status = Order.Status.PENDING
    order.save()
    record(
        Entry.Kind.ORDER,
        performance_id=order.performance_id,
        actor=customer.actor,
        hold=hold.pk,
        order=order.reference,
        places=[line.place for line in quote.lines],
        amount=quote.total,
        currency=quote.currency,
    )
    return order


def _log_payment(order, payment):
    record(
        Entry.Kind.PAYMENT,
        performance_id=order.performance_id,
        actor=payment.provider,
        hold=order.hold_id,
        order=order.reference,
        amount=payment.amount,
        currency=payment.currency,
        detail={"payment": payment.key},
    )


def _places_for(order, payment, now):
    """Lock the order's places; return them, and what its hold has beside, if all can be had."""
    if order.status not in (Order.Status.PENDING, Order.Status.LAPSED):
        return []
    if (payment.amount, payment.currency) != (order.total, order.currency):
        return []
    if order.performance.status != Performance.Status.PUBLISHED:
        return []
    if order.status == Order.Status.LAPSED and _is_over_limit(order, now):
        return []
    places = locks.lock_places_for(order)
    return places if all(place.may_be_had_by(order.hold_id, now) for place in places) else []


def _is_over_limit(order, now):
    """A lapsed order did not count towards the limit meanwhile, so it is counted again."""
    have = _other_places(order.hold, order.email, order.user, now)
    return have + order.quantity > order.performance.customer_limit


def _issue(order, places, now, *, actor):
    """Sell the locked places to the order: tickets, letter and log in one transaction."""
    lines = {line.place: line for line in thaw(order.quote)}
    sold = [place for place in places if place.pk in lines]
    Place.objects.filter(pk__in=lines).update(state=Place.State.SOLD, hold=None, held_until=None)
    if len(places) > len(sold):
        # Places that joined the hold after the order was confirmed are given back.
        extra = [place.pk for place in places if place.pk not in lines]
        Place.objects.filter(pk__in=extra).update(
            state=Place.State.AVAILABLE, hold=None, held_until=None
        )
    Ticket.objects.bulk_create(_ticket(order, lines[place.pk]) for place in sold)
    order.status = Order.Status.PAID
    order.paid_at = now
    order.save(update_fields=["status", "paid_at"])
    Hold.objects.filter(pk=order.hold_id).update(status=Hold.Status.BOUGHT)
    record(
        Entry.Kind.SALE,
        performance_id=order.performance_id,
        actor=actor,
        hold=order.hold_id,
        order=order.reference,
        places=list(lines),
        amount=order.total,
        currency=order.currency,
    )
    _tell(order, "order_confirmation", key=f"confirmation:{order.reference}")


def _ticket(order, line):
    return Ticket(
        order=order,
        performance_id=order.performance_id,
        place_id=line.place,
        label=line.label,
        category=line.category,
        concession=line.concession,
        price=line.price,
        fee=line.fee,
        holder=order.name,
    )


def _refuse(order, payment):
    """Send a captured payment back, and let the order lapse unless it is paid by another."""
    if order.status == Order.Status.PENDING:
        order.status = Order.Status.LAPSED
        order.save(update_fields=["status"])
    refund = ask_refund(
        payment=payment,
        amount=payment.amount,
        key=f"not-fulfilled:{payment.key}",
        reason=_("The places could no longer be had."),
    )
    record(
        Entry.Kind.REFUND,
        performance_id=order.performance_id,
        actor="system",
        hold=order.hold_id,
        order=order.reference,
        amount=-refund.amount,
        currency=payment.currency,
        detail={"payment": payment.key, "refund": refund.key},
    )
    _tell(order, "payment_returned", key=f"returned:{payment.key}", payment=payment.key)


def _tell(order, kind, *, key, **about):
    owe_letter(
        kind=kind,
        key=key,
        to=order.email,
        user=order.user,
        language=order.language,
        about={"order": order.reference, **about},
    )
