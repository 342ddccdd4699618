"""Issue complimentary tickets."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.db import transaction
from django.utils import translation

from core.database.locks import database_now
from core.email_addresses import lookup_email
from organisation.current import current_organisation
from shows.models import Performance
from shows.terms import terms_of
from venues.drawing import drawing_of

from ..exceptions import HoldLapsed, NothingSelected, NotOnSale, PlacesUnavailable
from ..ledger.recording import record
from ..models import Hold, LedgerEntry, Order, Place
from ..models.tickets import COMPLIMENTARY
from ..order_emails import enqueue_order_email
from ..sale import locks
from ..sale.queries import order_of_hold, performance_status
from ..sale.quotes import Line, Quote, from_json, place_label
from ..sale.writes import write_hold, write_order, write_sale
from .blocking import remove_from_allocations


def issue_comps(
    *,
    performance: Performance,
    place_ids: Sequence[int],
    name: str,
    email: str,
    actor: str,
    reason: str,
    request_key: str,
    language: str = "",
) -> Order:
    """Issue complimentary tickets for these places, and return their (free, paid) order.

    The tickets are in `language`, or else in that of the organisation. The customer's ticket limit
    and the on-sale dates do not apply, and blocked places can be used. The same `request_key`
    returns the same order. Locks the places. Raises `PlacesUnavailable` (and
    issues nothing) if a place is in a basket or sold, `NotOnSale` before the performance has places
    and after its cancellation.
    """
    token = f"comp-{request_key}"[:32]
    with transaction.atomic(durable=True):
        given = Order.objects.filter(hold__token=token).first()
        if given:
            return given
        _check_performance(performance, place_ids)
        places = [p for p in locks.lock_places(place_ids) if p.performance_id == performance.pk]
        now = database_now()
        _check_places(performance, places, place_ids, now)
        hold = Hold(
            token=token,
            performance=performance,
            visitor=token,
            expires_at=now + current_organisation().hold_time,
        )
        write_hold(hold, places, actor=actor)
        order = _order(hold, places, name, email, language)
        write_order(order, actor=actor)
        _sell(order, now, actor, reason)
    return Order.objects.get(pk=order.pk)


def issue_held_comps(
    *,
    hold: Hold,
    name: str,
    email: str,
    actor: str,
    reason: str,
    language: str = "",
    details: Mapping[str, str] | None = None,
) -> Order:
    """Issue complimentary tickets for the places of a sale by staff, and return their order.

    The order that the hold may have already gets the new price, zero. Issuing them again returns
    the same order. Locks the hold, then its places. Raises `HoldLapsed` if the hold has no places
    any more, `NotOnSale` after the performance's cancellation.
    """
    with transaction.atomic(durable=True):
        hold = locks.lock_hold(pk=hold.pk)
        now = database_now()
        known = order_of_hold(hold)
        if known is not None and (known.is_confirmed or known.is_reserved):
            return known
        _check_performance(hold.performance, [hold.pk])
        places = locks.lock_held_places(hold, now)
        if not places:
            raise HoldLapsed
        order = _order(hold, places, name, email, language)
        order.channel, order.details = hold.channel, dict(details or {})
        if known is None:
            write_order(order, actor=actor)
        else:
            order.pk, order.reference, order.key = known.pk, known.reference, known.key
            order.created_at = known.created_at
            order.save(force_update=True)
        _sell(order, now, actor, reason)
    return Order.objects.get(pk=order.pk)


def _sell(order, now, actor, reason):
    places = [line["place"] for line in order.quote]
    remove_from_allocations(places)
    write_sale(order, from_json(order.quote), now, actor=actor)
    _note(order, actor, reason)
    enqueue_order_email(order, "order_confirmation", key=f"confirmation:{order.reference}")


def _check_performance(performance, place_ids):
    if not place_ids:
        raise NothingSelected
    if performance.opened_at is None:
        raise NotOnSale
    if performance_status(performance.pk) != Performance.Status.PUBLISHED:
        raise NotOnSale


def _check_places(performance, places, place_ids, now):
    drawing = drawing_of(performance.plan_id)
    gone = [
        place_label(place, drawing)
        for place in places
        if not place.is_open(now) and place.state != Place.State.BLOCKED
    ]
    if gone or len(places) != len(set(place_ids)):
        raise PlacesUnavailable(gone)


def _order(hold, places, name, email, language):
    performance = hold.performance
    drawing = drawing_of(performance.plan_id)
    categories = terms_of(performance.pk).categories
    language = language or current_organisation().language
    # The seats are named on the tickets, which the customer reads.
    with translation.override(language):
        lines = tuple(
            Line(
                place=place.pk,
                label=place_label(place, drawing),
                category=categories[place.price_category_id].name,
                price=Decimal(0),
                fee=Decimal(0),
                concession=COMPLIMENTARY,
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
        quote=quote.to_json(),
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
