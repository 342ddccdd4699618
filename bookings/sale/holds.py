"""Holding places: taking, extending, giving back, and sweeping up what lapsed."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction

from shows.terms import terms_of
from venues.drawing import drawing_of
from waitingroom import passes
from waitingroom.exceptions import PassRequired, TooManyFromAddress, TooManyRequests
from waitingroom.households import Household, household_at
from waitingroom.pacing import timed_hold

from ..exceptions import (
    AccountNotApproved,
    AlreadyExtended,
    HoldLapsed,
    LimitReached,
    NothingSelected,
    NotOnSale,
    PlacesUnavailable,
    QueueRequired,
    TooManyBaskets,
    TooManyFromNetwork,
    TooManyHoldRequests,
)
from ..ledger.recording import entry, record, record_all
from ..models import Hold, LedgerEntry, Order, Place
from . import locks
from .online import check_sold_online
from .statements import count_held_elsewhere, write_hold

# Performances for which one visitor may hold places at the same time.
BASKETS = 4
# The same automatic request within this time is the same click.
SAME_CLICK = timedelta(seconds=10)


@dataclass(frozen=True)
class Held:
    """What a request for places came to: the hold, what it took now, and what had just gone."""

    hold: Hold
    taken: list
    gone: list


def hold_seats(*, performance_id, seat_ids, customer, limited=True, asked="", whole=False):
    """Hold these seats for the customer: all that are still open of them, or none if `whole`.

    The seats join the customer's live hold of this performance, if there is one, and share its
    time; seats that are in it already stay there. Returns `Held`, whose `gone` has the labels of
    those that somebody else has just taken. `asked` names a request that did not choose the seats
    by itself ("best 4"): repeated within seconds (a double click) it gives the same places again.
    Locks the customer and their household (waiting), then the open places in one statement (never
    waiting). Raises `PlacesUnavailable` if none could be had (`whole`: if not all), `LimitReached`,
    `TooManyBaskets`, `NotOnSale`, `NotSoldOnline`, `AccountNotApproved`, `QueueRequired`,
    `TooManyHoldRequests`, `TooManyFromNetwork`.
    `limited=False` is for staff: neither limits nor the calendar stop them.
    """
    seat_ids = list(dict.fromkeys(seat_ids))
    _check_request(performance_id, len(seat_ids), customer, limited)
    with timed_hold(performance_id), transaction.atomic(durable=True):
        basket = _open_basket(performance_id, customer, limited)
        if basket.was_asked(asked):
            return Held(basket.hold, [], [])
        mine = {place.seat_id for place in basket.places}
        wanted = [seat for seat in seat_ids if seat not in mine]
        if limited:
            _check_limits(basket, customer, adding=len(wanted))
        places = locks.lock_open_seats(
            performance_id=performance_id, seat_ids=wanted, now=basket.now
        )
        taken = {place.seat_id for place in places}
        gone = [seat for seat in wanted if seat not in taken]
        if gone and (whole or not places):
            raise PlacesUnavailable(_seat_labels(performance_id, gone), gone)
        if customer.pays_online:
            check_sold_online(terms_of(performance_id), places)
        hold = _keep(basket, places, customer, asked)
    return Held(hold, places, _seat_labels(performance_id, gone))


def hold_standing(
    *, performance_id, section_id, quantity, customer, limited=True, asked="", is_more=False
):
    """Make the basket have `quantity` standing places of a section, or leave it as it is.

    It is the number in the basket, not a number more, so that asking twice does no harm; with
    `is_more` it is a number more, and `asked` names the request. As `hold_seats` otherwise; raises
    `PlacesUnavailable` when there are not enough.
    """
    _check_request(performance_id, quantity, customer, limited)
    with timed_hold(performance_id), transaction.atomic(durable=True):
        basket = _open_basket(performance_id, customer, limited)
        if basket.was_asked(asked):
            return Held(basket.hold, [], [])
        mine = [p for p in basket.places if p.seat_id is None and p.section_id == section_id]
        more = quantity if is_more else quantity - len(mine)
        if limited:
            _check_limits(basket, customer, adding=max(more, 0))
        places = []
        if more > 0:
            places = locks.lock_open_standing(
                performance_id=performance_id,
                section_id=section_id,
                quantity=more,
                now=basket.now,
            )
            if len(places) < more:
                raise PlacesUnavailable
            if customer.pays_online:
                check_sold_online(terms_of(performance_id), places)
        elif more < 0:
            _give_back(basket.hold, mine[quantity:], customer.actor)
        hold = _keep(basket, places, customer, asked)
    return Held(hold, places, [])


def extend_hold(*, hold, actor):
    """Give the hold more time, once. Locks the hold. Raises `HoldLapsed`, `AlreadyExtended`."""
    with transaction.atomic(durable=True):
        hold = locks.lock_hold(pk=hold.pk)
        now = locks.database_now()
        if hold.status != Hold.Status.OPEN or hold.expires_at <= now:
            raise HoldLapsed
        if hold.extended_at:
            raise AlreadyExtended
        hold.expires_at += settings.HOLD_EXTENSION
        hold.extended_at = now
        hold.save(update_fields=["expires_at", "extended_at"])
        Place.objects.held_by(hold, now).update(held_until=hold.expires_at)
        record(
            LedgerEntry.Kind.EXTEND, performance_id=hold.performance_id, actor=actor, hold=hold.pk
        )
    return hold


def release_hold(*, hold, actor):
    """Give all places of the hold back at once. Repeating it does no harm."""
    with transaction.atomic(durable=True):
        hold = locks.lock_hold(pk=hold.pk)
        if hold.status == Hold.Status.OPEN:
            _give_back(hold, locks.lock_places_marked(hold), actor)
            _mark_released(hold)
            passes.shorten(performance_id=hold.performance_id, visitor=hold.visitor)
    return hold


def release_places(*, hold, place_ids, actor):
    """Give some places of the hold back. When none is left the hold is released."""
    with transaction.atomic(durable=True):
        hold = locks.lock_hold(pk=hold.pk)
        held = locks.lock_places_marked(hold)
        leaving = [place for place in held if place.pk in set(place_ids)]
        _give_back(hold, leaving, actor)
        if hold.status == Hold.Status.OPEN and len(leaving) == len(held):
            _mark_released(hold)
    return hold


def household_of(performance_id, customer):
    """Return the customer's `Household` at the performance, or None where no limit is reached.

    Two customers may buy all that they are allowed, unless that is more than half of the hall.
    """
    terms = terms_of(performance_id)
    return household_at(
        customer.address,
        performance_id=performance_id,
        size=terms.places_total,
        person=terms.customer_limit,
        family=2 * terms.customer_limit,
    )


def sweep_lapsed_holds(batch=500):
    """Tidy up after holds whose time has passed; return how many there were.

    Housekeeping alone: their places were open to everybody from the moment they lapsed. Locks
    holds and places without waiting, so any number of sweepers may run beside any sale.
    """
    swept = 0
    while True:
        with transaction.atomic(durable=True):
            holds = locks.lock_lapsed_holds(batch)
            _let_lapse(holds)
        swept += len(holds)
        if len(holds) < batch:
            return swept


@dataclass
class _Basket:
    """What the customer has of a performance, seen under the customer's lock at `now`."""

    performance_id: int
    now: object
    hold: Hold | None
    places: list  # ... of this hold,
    elsewhere: int  # ... the number in the account's holds on other devices,
    performances: int  # ... and the number of performances with a live hold.
    household: Household | None  # By which what they hold is limited.

    def was_asked(self, asked):
        hold = self.hold
        return bool(
            asked and hold and hold.asked == asked and self.now - hold.asked_at < SAME_CLICK
        )


def _check_request(performance_id, quantity, customer, limited):
    if quantity < 1:
        raise NothingSelected
    if not customer.may_book:
        raise AccountNotApproved
    terms = terms_of(performance_id)
    if limited and not terms.is_selling():
        raise NotOnSale
    if limited and quantity > terms.customer_limit:
        raise LimitReached(limit=terms.customer_limit)
    if limited:
        _check_pass(performance_id, customer)


def _check_pass(performance_id, customer):
    """Where there is a waiting room, places are for those whom it has let in."""
    try:
        passes.check(
            performance_id=performance_id,
            visitor=customer.visitor,
            user=customer.user,
            address=customer.address,
        )
    except PassRequired:
        raise QueueRequired(performance_id) from None
    except TooManyRequests:
        raise TooManyHoldRequests from None
    except TooManyFromAddress:
        raise TooManyFromNetwork from None


def _open_basket(performance_id, customer, limited):
    """Lock the customer and look at what they have, tidying their own lapsed holds away."""
    household = household_of(performance_id, customer) if limited else None
    now = locks.lock_customer(customer, household)
    mine = locks.lock_open_holds(customer)
    _let_lapse([hold for hold in mine if hold.expires_at <= now], now)
    live = [hold for hold in mine if hold.expires_at > now]
    here = [hold for hold in live if hold.performance_id == performance_id]
    hold = next((hold for hold in here if hold.visitor == customer.visitor), None)
    held = list(Place.objects.filter(hold__in=here).held_at(now).order_by("pk")) if here else []
    places = [place for place in held if hold and place.hold_id == hold.pk]
    return _Basket(
        performance_id,
        now,
        hold,
        places,
        elsewhere=len(held) - len(places),
        performances=len({hold.performance_id for hold in live} - {performance_id}),
        household=household,
    )


def _check_limits(basket, customer, *, adding):
    if basket.performances >= BASKETS:
        raise TooManyBaskets
    limit = terms_of(basket.performance_id).customer_limit
    have = len(basket.places) + basket.elsewhere
    if customer.user:
        bought = Order.objects.paid().filter(performance_id=basket.performance_id)
        have += sum(bought.owned_by(customer.user).values_list("quantity", flat=True))
    if adding and have + adding > limit:
        raise LimitReached(limit=limit, have=have)
    if adding and basket.household:
        _check_household(basket, customer, adding=adding)


def _check_household(basket, customer, *, adding):
    """Refuse what would be more than the household may have.

    All of the customer's own basket counts, wherever they were when they filled it: it is this
    household's from now on.
    """
    held = count_held_elsewhere(
        performance_id=basket.performance_id,
        household=basket.household.name,
        visitor=customer.visitor,
        now=basket.now,
    )
    if held + len(basket.places) + adding > basket.household.limit:
        raise TooManyFromNetwork


def _keep(basket, places, customer, asked=""):
    if basket.hold:
        return _add_to(basket, places, customer, asked)
    hold = Hold(
        performance_id=basket.performance_id,
        visitor=customer.visitor,
        user=customer.user,
        household=basket.household.name if basket.household else "",
        expires_at=basket.now + settings.HOLD_TIME,
        asked=asked,
        asked_at=basket.now,
    )
    write_hold(hold, places, actor=customer.actor)
    return hold


def _add_to(basket, places, customer, asked):
    hold, household = basket.hold, basket.household
    if asked:
        hold.asked, hold.asked_at = asked, basket.now
    moved = places and household and household.name != hold.household
    if moved:
        hold.household = household.name
    if asked or moved:
        hold.save(update_fields=["asked", "asked_at", "household"])
    ids = [place.pk for place in places]
    if ids:
        Place.objects.filter(pk__in=ids).update(
            state=Place.State.HELD, hold=hold, held_until=hold.expires_at
        )
        record(
            LedgerEntry.Kind.HOLD,
            performance_id=hold.performance_id,
            actor=customer.actor,
            hold=hold.pk,
            places=ids,
        )
    return hold


def _seat_labels(performance_id, seat_ids):
    if not seat_ids:
        return []
    drawing = drawing_of(terms_of(performance_id).plan_id)
    return [str(drawing.seats[seat].label) for seat in seat_ids if seat in drawing.seats]


def _mark_released(hold):
    hold.status, hold.household = Hold.Status.RELEASED, ""
    hold.save(update_fields=["status", "household"])
    Order.objects.pending().filter(hold=hold).update(status=Order.Status.LAPSED)


def _give_back(hold, places, actor):
    ids = [place.pk for place in places]
    if ids:
        Place.objects.filter(pk__in=ids).update(
            state=Place.State.AVAILABLE, hold=None, held_until=None
        )
        record(
            LedgerEntry.Kind.RELEASE,
            performance_id=hold.performance_id,
            actor=actor,
            hold=hold.pk,
            places=ids,
        )


def _let_lapse(holds, now=None):
    if not holds:
        return
    ids = [hold.pk for hold in holds]
    places = locks.lock_lapsed_places(ids, now)
    Place.objects.filter(pk__in=[place.pk for place in places]).update(
        state=Place.State.AVAILABLE, hold=None, held_until=None
    )
    Hold.objects.filter(pk__in=ids).update(status=Hold.Status.LAPSED, household="")
    Order.objects.pending().filter(hold__in=ids).update(status=Order.Status.LAPSED)
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
