"""Release holds and places: by the customer, by staff, and when a hold's time has passed."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction

from core.database.locks import database_now
from payments.page_closing_requests import close_pages
from shows.terms import terms_of
from venues.drawing import DrawnSeat, drawing_of
from waitingroom import passes

from ..ledger.recording import entry, record, record_all
from ..models import Hold, LedgerEntry, Order, Place
from . import locks
from .guest_places import block_guest_places, return_lapsed_places


def release_hold(*, hold: Hold, actor: str) -> Hold:
    """Release all places of the hold and shorten its visitor's pass of the queue.

    Repeating it does no harm. Locks the hold, then its places.
    """
    with transaction.atomic(durable=True):
        hold = locks.lock_hold(pk=hold.pk)
        if hold.is_open:
            release_locked_places(hold, locks.lock_places_of_hold(hold), actor)
            _mark_released(hold)
            passes.shorten(performance_id=hold.performance_id, visitor=hold.visitor)
    return hold


def release_places(
    *, hold: Hold, place_ids: Collection[int], actor: str, shorten_pass: bool = True
) -> Hold:
    """Release some places of the hold; with the last one, the hold.

    That also shortens the visitor's pass of the queue, as in `release_hold`, unless the customer
    is exchanging places (`shorten_pass=False`). Locks the hold, then its places.
    """
    with transaction.atomic(durable=True):
        hold = locks.lock_hold(pk=hold.pk)
        held = locks.lock_places_of_hold(hold)
        leaving = [place for place in held if place.pk in place_ids]
        release_locked_places(hold, leaving, actor)
        if hold.is_open and len(leaving) == len(held):
            _mark_released(hold)
            if shorten_pass:
                passes.shorten(performance_id=hold.performance_id, visitor=hold.visitor)
    return hold


def remove_place(*, hold: Hold, place_id: int, actor: str) -> list[str]:
    """Release one place of the hold; return the labels of the companion seats released with it.

    A wheelchair space and its companion seats are sold together, unless these have been released to
    everybody. Repeating it does no harm. Locks as `release_places`.
    """
    held = Place.objects.held_by(hold).filter(seat__isnull=False)
    seats = dict(held.values_list("seat_id", "pk"))
    companions = _companion_seats(hold, place_id, seats)
    leaving = [place_id, *(seats[seat.id] for seat in companions)]
    release_places(hold=hold, place_ids=leaving, actor=actor)
    return [seat.label for seat in companions]


def sweep_lapsed_holds(batch: int = 500) -> int:
    """Mark all holds whose time has passed as lapsed; return their number.

    This is housekeeping: their places have been available since they expired. Locks holds and
    places without waiting, so any number of sweepers may run beside any sale.
    """
    swept = 0
    while True:
        with transaction.atomic(durable=True):
            holds = locks.lock_lapsed_holds(batch)
            if holds:
                lapse_holds(holds, database_now())
        swept += len(holds)
        if len(holds) < batch:
            return swept


def lapse_holds(holds: Collection[Hold], now: datetime) -> None:
    """Mark these locked holds as lapsed and make their places available.

    Places that somebody else has taken or locked meanwhile are left alone.
    """
    ids = [hold.pk for hold in holds]
    places = locks.lock_lapsed_places(ids, now)
    Place.objects.filter(pk__in=[place.pk for place in places]).make_available()
    places += return_lapsed_places(holds)
    Hold.objects.filter(pk__in=ids).update(status=Hold.Status.LAPSED, household="")
    lapse_pending_orders(ids)
    record_all(
        *(
            entry(
                LedgerEntry.Kind.LAPSE,
                performance_id=hold.performance_id,
                actor="system",
                hold=hold.pk,
                places=[place.pk for place in places if place.hold_id == hold.pk],
            )
            for hold in holds
        )
    )


def lapse_pending_orders(hold_ids: Collection[int]) -> None:
    """Mark the unpaid orders of these locked holds as lapsed, and have their pay pages closed."""
    orders = Order.objects.pending().filter(hold__in=hold_ids)
    references = list(orders.values_list("reference", flat=True))
    if references:
        orders.update(status=Order.Status.LAPSED)
        close_pages(references)


def release_locked_places(hold: Hold, places: Iterable[Place], actor: str) -> None:
    """Make these locked places of the hold available, and log it."""
    ids = [place.pk for place in places]
    if ids:
        Place.objects.filter(pk__in=ids).make_available()
        if hold.is_by_counter_staff:
            block_guest_places(ids)
        record(
            LedgerEntry.Kind.RELEASE,
            performance_id=hold.performance_id,
            actor=actor,
            hold=hold.pk,
            places=ids,
        )


def _mark_released(hold: Hold) -> None:
    hold.status, hold.household = Hold.Status.RELEASED, ""
    hold.save(update_fields=["status", "household"])
    lapse_pending_orders([hold.pk])


def _companion_seats(hold: Hold, place_id: int, seats: dict[int, int]) -> list[DrawnSeat]:
    """Return the held companion seats of the wheelchair space at this place.

    `seats` maps the hold's seats to their places.
    """
    terms = terms_of(hold.performance_id)
    if terms.accessible_released:
        return []
    drawing = drawing_of(terms.plan_id)
    spaces = {seat for seat, place in seats.items() if place == place_id}
    held = [drawing.seats[seat] for seat in seats if seat in drawing.seats]
    return [seat for seat in held if seat.companion_of in spaces]
