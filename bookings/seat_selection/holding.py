"""Hold the seats that a customer selected, or the best available ones."""

import random
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import cast

from shows.online_sales import categories_sold_online
from shows.terms import Terms, terms_of
from venues.drawing import DrawnSection, drawing_of
from venues.plan_versions import current_seat_ids, removed_seats

from ..exceptions import (
    CompanionSeatAlone,
    LeavesSingleSeat,
    LimitReached,
    NoMatchingPlaces,
    NothingSelected,
    NotOnSale,
    NotSoldOnline,
    PlacesUnavailable,
)
from ..models import Hold, Place
from ..sale.customers import Customer
from ..sale.holds import HoldResult, hold_seats, hold_standing, repeatable_key
from ..sale.release import release_places
from ..seatmap.availability import availability_of
from ..seatmap.snapshots import Snapshot, snapshot_of
from .best_available import Choice, best_available
from .seat_rules import check_choice

# Choose randomly among this many best choices, per attempt: the first is the very best, and
# customers who lose it to somebody quicker spread out. `FRESH_FROM` is the first attempt that asks
# the database what is available; those before only skip what this process has seen sold.
SPREADS = (1, 8, 32, 32, 64, 64)
FRESH_FROM = 3


def hold_chosen_seats(
    *, performance_id: int, seat_ids: Sequence[int], customer: Customer
) -> HoldResult:
    """Hold those of the selected seats that are still available.

    The rules of `check_choice` are judged on the snapshot that the customer sees, at most a second
    old. Raises what `hold_seats` and `check_choice` raise.
    """
    terms = _check_request(performance_id, len(seat_ids))
    gone = removed_seats(former_plans=terms.former_plans, plan_id=terms.plan_id, seat_ids=seat_ids)
    seat_ids = [seat for seat in _current(terms, seat_ids) if seat not in gone]
    if gone and not seat_ids:
        raise PlacesUnavailable(list(gone.values()))
    drawing, snapshot = drawing_of(terms.plan_id), snapshot_of(performance_id)

    def check(held_seat_ids: frozenset[int] = frozenset()) -> None:
        check_choice(
            drawing=drawing,
            availability=snapshot.availability,
            terms=terms,
            seat_ids=seat_ids,
            held_seat_ids=held_seat_ids,
        )

    try:
        check()
    except (CompanionSeatAlone, LeavesSingleSeat):
        # It may be right together with what is in the basket already.
        check(_seats_held_by(customer, performance_id))
    try:
        held = hold_seats(performance_id=performance_id, seat_ids=seat_ids, customer=customer)
    except PlacesUnavailable as refusal:
        snapshot.taken.update(refusal.seat_ids)
        raise
    snapshot.taken.update(seat_ids)
    return replace(held, unavailable=[*held.unavailable, *gone.values()]) if gone else held


def hold_best(
    *,
    performance_id: int,
    quantity: int,
    customer: Customer,
    categories: Collection[str] | None = None,
    max_price: Decimal | None = None,
    accessible: bool = False,
    enforce_limits: bool = True,
    request_id: str = "",
    rng: random.Random | None = None,
) -> HoldResult:
    """Hold the best `quantity` available seats, all or none.

    Where no seat matches, as in a venue with only standing room, it holds standing places of one
    section. `categories` are names of price categories (None: any), `max_price` is per ticket with
    fees, `accessible` asks for a wheelchair space. The same request within seconds (a double click)
    holds nothing more, nor does one with the same `request_id`, which a browser repeats until it is
    answered. When somebody is quicker it tries other seats, up to six times.

    Raises `NoMatchingPlaces`, `PlacesUnavailable` when others were quicker each time, and what
    `hold_seats` raises. `enforce_limits=False` is for staff, as in `hold_seats`.
    """
    terms = _check_request(performance_id, quantity, enforce_limits)
    wanted = f"best {quantity} {max_price or ''} {int(accessible)} {','.join(categories or ())}"
    key = repeatable_key(request_id, wanted)
    names = _matching_categories(terms, categories, max_price, customer)
    if sections := _standing_sections(terms, names, accessible):
        return _hold_best_standing(sections, terms, quantity, customer, key, enforce_limits)
    search = _Search(terms, snapshot_of(performance_id), quantity, names, accessible, rng)
    for attempt in range(len(SPREADS)):
        choice = search.choose(attempt)
        if choice is None:
            return _held_before(performance_id, customer, key if request_id else "", quantity)
        try:
            held = hold_seats(
                performance_id=performance_id,
                seat_ids=choice.seat_ids,
                customer=customer,
                request_key=key,
                enforce_limits=enforce_limits,
                all_or_nothing=True,
            )
        except PlacesUnavailable as refusal:
            search.mark_taken(refusal.seat_ids)
            lost = refusal
        else:
            search.mark_taken(choice.seat_ids)
            return replace(held, together=choice.together)
    raise lost


def _held_before(performance_id: int, customer: Customer, key: str, quantity: int) -> HoldResult:
    """Return the hold that the same request made before its response was lost.

    Raises `NoMatchingPlaces` if there is none, or no key.
    """
    holds = Hold.objects.made_by(customer).live().filter(performance_id=performance_id)
    hold = holds.filter(request_key=key).first() if key else None
    if hold is None:
        raise NoMatchingPlaces(quantity)
    return HoldResult(hold, [], [])


def hold_alternative(
    *, performance_id: int, seat_ids: Sequence[int], replaced: Iterable[int], customer: Customer
) -> HoldResult:
    """Hold these seats, all or none, and release the seats that they replace.

    The new ones are held first, so that the customer never ends up without seats. The old ones are
    released first only if the limit does not allow both at once. Raises what `hold_seats` raises.
    """
    terms = _check_request(performance_id, len(seat_ids))
    seat_ids = _current(terms, seat_ids)
    unwanted = [seat for seat in _current(terms, replaced) if seat not in set(seat_ids)]

    def hold() -> HoldResult:
        return hold_seats(
            performance_id=performance_id,
            seat_ids=seat_ids,
            customer=customer,
            all_or_nothing=True,
        )

    try:
        held = hold()
    except LimitReached:
        _release_seats(unwanted, performance_id, customer)
        return hold()
    _release_seats(unwanted, performance_id, customer)
    return held


def _check_request(performance_id: int, quantity: int, enforce_limits: bool = True) -> Terms:
    """Refuse what can be refused without looking at any place; return the terms."""
    terms = terms_of(performance_id)
    if quantity < 1:
        raise NothingSelected
    if enforce_limits and not terms.is_selling():
        raise NotOnSale
    if enforce_limits and quantity > terms.customer_limit:
        raise LimitReached(limit=terms.customer_limit)
    return terms


def _current(terms: Terms, seat_ids: Iterable[int]) -> list[int]:
    """Return the seats of the plan as it is now for those of a page from before a correction."""
    return current_seat_ids(
        plan_id=terms.plan_id, former_plans=terms.former_plans, seat_ids=seat_ids
    )


def _seats_held_by(customer: Customer, performance_id: int) -> frozenset[int]:
    places = Place.objects.held_at().filter(
        performance_id=performance_id, hold__visitor=customer.visitor, seat__isnull=False
    )
    return frozenset(places.values_list("seat_id", flat=True))


def _matching_categories(
    terms: Terms,
    categories: Collection[str] | None,
    max_price: Decimal | None,
    customer: Customer,
) -> list[str] | None:
    """Return the names of the categories that match, or None for all.

    Raises NotSoldOnline if none of those that match is sold online.
    """
    sold = categories_sold_online(terms) if customer.pays_online else terms.categories
    if categories is None and max_price is None and len(sold) == len(terms.categories):
        return None
    matching = [
        category
        for category in terms.categories.values()
        if (categories is None or category.name in categories)
        and (max_price is None or category.price <= max_price)
    ]
    if matching and not any(category.id in sold for category in matching):
        raise NotSoldOnline
    return [category.name for category in matching if category.id in sold]


def _standing_sections(
    terms: Terms, names: Collection[str] | None, accessible: bool
) -> list[DrawnSection]:
    """Return the standing sections that match, or none if any seat matches."""
    drawing = drawing_of(terms.plan_id)

    def matches(category: str) -> bool:
        return names is None or category in names

    if accessible or any(matches(seat.category) for seat in drawing.seats.values()):
        return []
    return [one for one in drawing.sections if one.is_standing and matches(one.category)]


def _hold_best_standing(
    sections: Iterable[DrawnSection],
    terms: Terms,
    quantity: int,
    customer: Customer,
    request_key: str,
    enforce_limits: bool,
) -> HoldResult:
    """Hold standing places of the first section with enough of them, in the order of the plan."""
    availability = snapshot_of(terms.performance_id).availability
    # Sections with enough places a second ago are tried first, but only the database knows.
    for section in sorted(sections, key=lambda one: availability.free_in(one.id) < quantity):
        try:
            return hold_standing(
                performance_id=terms.performance_id,
                section_id=section.id,
                quantity=quantity,
                customer=customer,
                enforce_limits=enforce_limits,
                request_key=request_key,
                additional=True,
            )
        except PlacesUnavailable:
            continue
    raise NoMatchingPlaces(quantity)


class _Search:
    """One customer's attempts to get the best seats."""

    def __init__(
        self,
        terms: Terms,
        snapshot: Snapshot,
        quantity: int,
        names: Collection[str] | None,
        accessible: bool,
        rng: random.Random | None,
    ):
        self.terms = terms
        self.snapshot = snapshot
        self.quantity = quantity
        self.names = names
        self.accessible = accessible
        self.rng = rng
        self.availability = snapshot.availability
        self.avoid = set(snapshot.taken)
        self.is_fresh = False

    def choose(self, attempt: int) -> Choice | None:
        """Return the choice for this attempt (0, 1, …), or None when nothing is left."""
        if attempt == FRESH_FROM and not self.is_fresh:
            self._refresh()
        choice = self._best(attempt)
        # A customer who has just lost a seat gets fresh data from the database. All others get the
        # snapshot, so that many requests for the last seats do not cost a query each.
        if choice is None and attempt and self.avoid:
            self._refresh()
            choice = self._best(attempt)
        return choice

    def mark_taken(self, seat_ids: Collection[int]) -> None:
        """Do not choose these seats again, here or for others until the next snapshot."""
        self.avoid.update(seat_ids)
        self.snapshot.taken.update(seat_ids)

    def _best(self, attempt: int) -> Choice | None:
        return best_available(
            drawing=drawing_of(self.terms.plan_id),
            availability=self.availability,
            quantity=self.quantity,
            categories=self.names,
            accessible=self.accessible,
            released=self.terms.accessible_released,
            avoid=self.avoid,
            spread=SPREADS[attempt],
            rng=self.rng,
        )

    def _refresh(self) -> None:
        self.availability = availability_of(self.terms.performance_id)
        self.avoid, self.is_fresh = set(), True


def _release_seats(seat_ids: Iterable[int], performance_id: int, customer: Customer) -> None:
    places = Place.objects.held_at().filter(
        performance_id=performance_id, hold__visitor=customer.visitor, seat_id__in=seat_ids
    )
    by_hold: dict[Hold, list[int]] = {}
    for place in places.select_related("hold"):
        by_hold.setdefault(cast(Hold, place.hold), []).append(place.pk)
    for hold, ids in by_hold.items():
        release_places(hold=hold, place_ids=ids, actor=customer.actor, shorten_pass=False)
