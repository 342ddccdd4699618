"""Hold places for a customer; extend holds, and assign them at log-in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from core.database.locks import database_now
from organisation.current import current_organisation
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
from ..ledger.recording import record
from ..models import HARD_CAP, Hold, LedgerEntry, Order, Place
from . import locks
from .customers import Customer
from .payment_options import check_sold_online
from .queries import count_held_elsewhere
from .release import lapse_holds, release_locked_places
from .writes import write_hold

# Performances for which one visitor may hold places at the same time.
MAX_BASKETS = 4
# The same automatic request within this time is a double click.
DOUBLE_CLICK = timedelta(seconds=10)
MAX_KEY = 80  # Characters of `Hold.request_key`.
# Prefix of the keys of requests that a browser repeats until it gets a response.
REPEATED = "#"


@dataclass(frozen=True)
class HoldResult:
    """The result of a request for places.

    `taken` are the places that this request added to the hold; `unavailable` are the labels of
    those that somebody else had just taken; `together` is whether the seats are side by side.
    """

    hold: Hold
    taken: list[Place]
    unavailable: list[str]
    together: bool = True


def repeatable_key(request_id: str, wanted: str) -> str:
    """Return the request key of what is wanted, by the id that the browser gave, if any."""
    return (f"{REPEATED}{request_id[:36]} {wanted}" if request_id else wanted)[:MAX_KEY]


def hold_seats(
    *,
    performance_id: int,
    seat_ids: Iterable[int],
    customer: Customer,
    enforce_limits: bool = True,
    request_key: str = "",
    all_or_nothing: bool = False,
) -> HoldResult:
    """Hold those of the seats that are still open; with `all_or_nothing`, all of them or none.

    The seats join the customer's live hold of this performance, if there is one, and share its
    expiry; seats that are in it already stay there. `request_key` identifies a request for the best
    available seats ("best 4"): repeated within ten seconds (a double click), it holds nothing more.
    `enforce_limits=False` is for staff: neither the customer limit nor the on-sale dates apply.

    Locks the customer and their household (waiting), then the open places in one statement (never
    waiting). Raises `PlacesUnavailable` if none is available (`all_or_nothing`: if not all are),
    `LimitReached`, `TooManyBaskets`, `NotOnSale`, `NotSoldOnline`, `AccountNotApproved`,
    `QueueRequired`, `TooManyHoldRequests`, `TooManyFromNetwork`.
    """
    seat_ids = list(dict.fromkeys(seat_ids))
    _check_request(performance_id, len(seat_ids), customer, enforce_limits)
    with timed_hold(performance_id), transaction.atomic(durable=True):
        basket = _lock_basket(performance_id, customer, enforce_limits)
        if basket.hold and basket.is_repeat(request_key):
            return HoldResult(basket.hold, [], [])
        mine = {place.seat_id for place in basket.places}
        wanted = [seat for seat in seat_ids if seat not in mine]
        if enforce_limits:
            _check_limits(basket, customer, adding=len(wanted))
        places = locks.lock_open_seats(
            performance_id=performance_id, seat_ids=wanted, now=basket.now
        )
        taken = {place.seat_id for place in places}
        missing = [seat for seat in wanted if seat not in taken]
        if missing and (all_or_nothing or not places):
            raise PlacesUnavailable(_seat_labels(performance_id, missing), missing)
        if customer.pays_online:
            check_sold_online(terms_of(performance_id), places)
        hold = _save_hold(basket, places, customer, request_key)
    return HoldResult(hold, places, _seat_labels(performance_id, missing))


def hold_standing(
    *,
    performance_id: int,
    section_id: int,
    quantity: int,
    customer: Customer,
    enforce_limits: bool = True,
    request_key: str = "",
    additional: bool = False,
) -> HoldResult:
    """Set the number of standing places of a section in the customer's basket, all or nothing.

    `quantity` is the number in the basket afterwards, so that a repeated request does no harm; with
    `additional` it is the number to add, and `request_key` names the request. Otherwise as
    `hold_seats`; raises `PlacesUnavailable` when there are not enough.
    """
    _check_request(performance_id, quantity, customer, enforce_limits)
    with timed_hold(performance_id), transaction.atomic(durable=True):
        basket = _lock_basket(performance_id, customer, enforce_limits)
        if basket.hold and basket.is_repeat(request_key):
            return HoldResult(basket.hold, [], [])
        mine = [p for p in basket.places if p.seat_id is None and p.section_id == section_id]
        adding = quantity if additional else quantity - len(mine)
        if enforce_limits:
            _check_limits(basket, customer, adding=max(adding, 0))
        places: list[Place] = []
        if adding > 0:
            places = locks.lock_open_standing(
                performance_id=performance_id,
                section_id=section_id,
                quantity=adding,
                now=basket.now,
            )
            if len(places) < adding:
                raise PlacesUnavailable
            if customer.pays_online:
                check_sold_online(terms_of(performance_id), places)
        elif adding < 0 and basket.hold:
            release_locked_places(basket.hold, mine[quantity:], customer.actor)
        hold = _save_hold(basket, places, customer, request_key)
    return HoldResult(hold, places, [])


def extend_hold(*, hold: Hold, actor: str) -> Hold:
    """Extend the hold once, by what the organisation allows.

    Locks the hold. Raises `HoldLapsed`, `AlreadyExtended`.
    """
    with transaction.atomic(durable=True):
        hold = locks.lock_hold(pk=hold.pk)
        now = database_now()
        if not hold.is_live(now):
            raise HoldLapsed
        if hold.extended_at:
            raise AlreadyExtended
        hold.expires_at += current_organisation().hold_extension
        hold.extended_at = now
        hold.save(update_fields=["expires_at", "extended_at"])
        # Seats of a guest hold are kept longer than the basket already.
        Place.objects.held_by(hold, now).filter(allocated=None).update(held_until=hold.expires_at)
        record(
            LedgerEntry.Kind.EXTEND, performance_id=hold.performance_id, actor=actor, hold=hold.pk
        )
    return hold


def keep_while_processing(*, reference: str) -> None:
    """Reserve the places of a pending order for as long as any hold may last.

    Its customer has confirmed a payment whose money arrives in some days. Runs inside the
    transaction that records this. Locks the hold.
    """
    try:
        hold = locks.lock_hold(reference=reference)
    except Hold.DoesNotExist:
        return
    now = database_now()
    if not hold.is_live(now):
        return
    hold.expires_at = hold.created_at + HARD_CAP
    hold.save(update_fields=["expires_at"])
    Place.objects.held_by(hold, now).update(held_until=hold.expires_at)
    record(
        LedgerEntry.Kind.EXTEND,
        performance_id=hold.performance_id,
        actor="system",
        hold=hold.pk,
        detail={"reason": "payment is being processed"},
    )


def assign_guest_baskets(*, visitor: str, user: User) -> int:
    """Assign the visitor's open baskets to the account that has logged in; return their number.

    They then outlast the log-out in this browser. Locks the customer, then the baskets.
    """
    customer = Customer(visitor, user)
    with transaction.atomic():
        locks.lock_customer(customer)
        holds = [hold.pk for hold in locks.lock_open_holds(customer) if hold.user_id is None]
        return Hold.objects.filter(pk__in=holds).update(user=user)


def household_of(performance_id: int, customer: Customer) -> Household | None:
    """Return the customer's `Household` at the performance, or None where no limit applies.

    Two customers may buy all that they are allowed, unless that is more than half of all places.
    """
    terms = terms_of(performance_id)
    return household_at(
        customer.address,
        performance_id=performance_id,
        size=terms.places_total,
        person=terms.customer_limit,
        family=2 * terms.customer_limit,
    )


@dataclass(frozen=True)
class _Basket:
    """What the customer has of a performance, read at `now` under the customer's lock."""

    performance_id: int
    now: datetime
    hold: Hold | None
    places: list[Place]  # Of this hold.
    elsewhere: int  # Places in the account's holds on other devices.
    performances: int  # Other performances with a live hold.
    household: Household | None  # Limits their holds.

    def is_repeat(self, request_key: str) -> bool:
        """Return whether the hold's last automatic request was the same, within seconds.

        A request with the browser's id (`repeatable_key`) is the same at any time.
        """
        return bool(
            request_key
            and self.hold
            and self.hold.request_key == request_key
            and self.hold.requested_at
            and (
                request_key.startswith(REPEATED) or self.now - self.hold.requested_at < DOUBLE_CLICK
            )
        )


def _check_request(
    performance_id: int, quantity: int, customer: Customer, enforce_limits: bool
) -> None:
    """Refuse what can be refused before anything is locked."""
    if quantity < 1:
        raise NothingSelected
    if not customer.may_book:
        raise AccountNotApproved
    if not enforce_limits:
        return
    terms = terms_of(performance_id)
    if not terms.is_selling():
        raise NotOnSale
    if quantity > terms.customer_limit:
        raise LimitReached(limit=terms.customer_limit)
    _check_pass(performance_id, customer)


def _check_pass(performance_id: int, customer: Customer) -> None:
    """Where there is a waiting room, only visitors whom it has admitted can hold places."""
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


def _lock_basket(performance_id: int, customer: Customer, enforce_limits: bool) -> _Basket:
    """Lock the customer, lapse their expired holds, and return what they have."""
    household = household_of(performance_id, customer) if enforce_limits else None
    now = locks.lock_customer(customer, household)
    mine = locks.lock_open_holds(customer)
    if lapsed := [hold for hold in mine if not hold.is_live(now)]:
        lapse_holds(lapsed, now)
    live = [hold for hold in mine if hold.is_live(now)]
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


def _check_limits(basket: _Basket, customer: Customer, *, adding: int) -> None:
    if basket.performances >= MAX_BASKETS:
        raise TooManyBaskets
    limit = terms_of(basket.performance_id).customer_limit
    have = len(basket.places) + basket.elsewhere
    if customer.user:
        bought = Order.objects.keeping_places(basket.now).filter(
            performance_id=basket.performance_id
        )
        have += sum(bought.owned_by(customer.user).values_list("quantity", flat=True))
    if adding and have + adding > limit:
        raise LimitReached(limit=limit, have=have)
    if adding and basket.household:
        _check_household(basket, basket.household, customer, adding=adding)


def _check_household(
    basket: _Basket, household: Household, customer: Customer, *, adding: int
) -> None:
    """Refuse requests that would exceed the household's limit.

    The customer's whole basket counts, also places added from another address: it belongs to this
    household from now on.
    """
    held = count_held_elsewhere(
        performance_id=basket.performance_id,
        household=household.name,
        visitor=customer.visitor,
        now=basket.now,
    )
    if held + len(basket.places) + adding > household.limit:
        raise TooManyFromNetwork


def _save_hold(basket: _Basket, places: list[Place], customer: Customer, request_key: str) -> Hold:
    """Add the locked places to the customer's hold, or to a new one; return it."""
    if basket.hold:
        return _add_to_hold(basket.hold, basket, places, customer, request_key)
    hold = Hold(
        performance_id=basket.performance_id,
        visitor=customer.visitor,
        user=customer.user,
        channel=customer.channel,
        household=basket.household.name if basket.household else "",
        expires_at=basket.now + current_organisation().hold_time,
        request_key=request_key,
        requested_at=basket.now,
    )
    write_hold(hold, places, actor=customer.actor)
    return hold


def _add_to_hold(
    hold: Hold, basket: _Basket, places: list[Place], customer: Customer, request_key: str
) -> Hold:
    if request_key:
        hold.request_key, hold.requested_at = request_key, basket.now
    household = basket.household.name if places and basket.household else hold.household
    moved = household != hold.household
    hold.household = household
    if request_key or moved:
        hold.save(update_fields=["request_key", "requested_at", "household"])
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


def _seat_labels(performance_id: int, seat_ids: list[int]) -> list[str]:
    if not seat_ids:
        return []
    drawing = drawing_of(terms_of(performance_id).plan_id)
    return [str(drawing.seats[seat].label) for seat in seat_ids if seat in drawing.seats]
