"""Tickets that cost nothing: for guests, the press, the artist's mother."""

from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from core.email_addresses import lookup_email
from emails.outbox import enqueue_email
from shows.models import Performance
from venues.drawing import drawing_of

from ..exceptions import NothingChosen, NotOnSale, PlacesGone
from ..ledger.recording import record
from ..models import Hold, LedgerEntry, Order, Place
from ..sale import locks
from ..sale.quotes import Line, Quote, from_json, place_label
from ..sale.statements import read_status, write_hold, write_order, write_sale
from .blocking import leave_allocations


def issue_comps(*, performance, place_ids, name, email, actor, reason, wish, language="en"):
    """Give these places away, as a paid order of nothing, and return the order.

    Neither the customer's limit nor the calendar of the sale stops it, and places that the house
    has blocked may be given as well. `wish` names it: the same one sent twice gives the
    same order. Locks the places. Raises `PlacesGone` (and gives nothing) if one is held or sold,
    `NotOnSale` before there are places and after a cancellation.
    """
    token = f"comp-{wish}"[:32]
    with transaction.atomic(durable=True):
        given = Order.objects.filter(hold__token=token).first()
        if given:
            return given
        _check_performance(performance, place_ids)
        places = [p for p in locks.lock_places(place_ids) if p.performance_id == performance.pk]
        now = locks.database_now()
        _check_places(performance, places, place_ids, now)
        leave_allocations(place_ids)
        hold = Hold(
            token=token,
            performance=performance,
            visitor=token,
            expires_at=now + settings.HOLD_TIME,
        )
        write_hold(hold, places, actor=actor)
        order = _order(hold, places, name, email, language)
        write_order(order, actor=actor)
        write_sale(order, from_json(order.quote), now, actor=actor)
        _note(order, actor, reason)
        _tell(order)
    return Order.objects.get(pk=order.pk)


def _check_performance(performance, place_ids):
    if not place_ids:
        raise NothingChosen
    if performance.opened_at is None:
        raise NotOnSale
    if read_status(performance.pk) != Performance.Status.PUBLISHED:
        raise NotOnSale


def _check_places(performance, places, place_ids, now):
    drawing = drawing_of(performance.plan_id)
    gone = [
        place_label(place, drawing)
        for place in places
        if not place.is_open(now) and place.state != Place.State.BLOCKED
    ]
    if gone or len(places) != len(set(place_ids)):
        raise PlacesGone(gone)


def _order(hold, places, name, email, language):
    performance = hold.performance
    drawing = drawing_of(performance.plan_id)
    categories = {row.pk: row for row in performance.price_categories.all()}
    lines = tuple(
        Line(
            place=place.pk,
            label=place_label(place, drawing),
            category=categories[place.price_category_id].name,
            price=Decimal(0),
            fee=Decimal(0),
            concession=_("Complimentary"),
            seat=place.seat_id,
            colour=categories[place.price_category_id].colour,
        )
        for place in places
    )
    quote = Quote(hold.token, performance.currency, lines)
    return Order(
        performance=performance,
        hold=hold,
        visitor=hold.visitor,
        email=lookup_email(email),
        name=name,
        language=language,
        currency=quote.currency,
        total=quote.total,
        quote=quote.frozen(),
        quantity=len(lines),
    )


def _note(order, actor, reason):
    Order.objects.filter(pk=order.pk).update(note=reason)
    record(
        LedgerEntry.Kind.NOTE,
        performance_id=order.performance_id,
        actor=actor,
        order=order.reference,
        detail={"reason": reason, "comp": True},
    )


def _tell(order):
    enqueue_email(
        kind="order_confirmation",
        key=f"confirmation:{order.reference}",
        to=order.email,
        language=order.language,
        about={"order": order.reference},
    )
