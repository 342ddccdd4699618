"""From a customer's wish to held places: by hand, or the best there are."""

import random
from dataclasses import dataclass

from shows.terms import terms_of
from venues.drawing import drawing_of

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
from ..models import Place
from ..sale.holds import Held, hold_seats, hold_standing, release_places
from ..sale.online import categories_sold_online
from ..seatmap.availability import availability_of
from ..seatmap.snapshots import snapshot_of
from .best_available import best_available
from .seat_rules import check_choice

# Among how many of the best choices one is taken, try by try. The first is the very best; those who
# lose it to somebody quicker spread out. `FRESH_FROM` is the first try that asks the database what
# is free: before, losers only pass over what they and others of this process have seen go.
SPREADS = (1, 8, 32, 32, 64, 64)
FRESH_FROM = 3


@dataclass(frozen=True)
class BestHeld:
    """What became of “the best 4”: as `Held`, and whether all are side by side."""

    held: Held
    together: bool


def hold_chosen_seats(*, performance_id, seat_ids, customer):
    """Hold seats that the customer chose by hand: all of them that are still free.

    Returns `Held`, as `hold_seats`. Raises what it raises and what `check_choice` raises; the rules
    are judged on the snapshot that the customer is looking at, at most a second old.
    """
    terms = _check_wish(performance_id, len(seat_ids))
    drawing, snapshot = drawing_of(terms.plan_id), snapshot_of(performance_id)

    def check(**held):
        check_choice(
            drawing=drawing,
            availability=snapshot.availability,
            terms=terms,
            seat_ids=seat_ids,
            **held,
        )

    try:
        check()
    except (CompanionSeatAlone, LeavesSingleSeat):
        # Perhaps it is right together with what is in the basket already.
        check(held_seat_ids=_seats_held_by(customer, performance_id))
    try:
        held = hold_seats(performance_id=performance_id, seat_ids=seat_ids, customer=customer)
    except PlacesUnavailable as gone:
        snapshot.gone.update(gone.seat_ids)
        raise
    snapshot.gone.update(seat_ids)
    return held


def hold_best(
    *,
    performance_id,
    quantity,
    customer,
    categories=None,
    max_price=None,
    accessible=False,
    limited=True,
    chance=random,
):
    """Hold the best `quantity` free seats, all or none; return `BestHeld`.

    Where there is no seat among what was asked for, as in a venue with standing room alone, it is
    standing places of one section. `categories` are names of price categories (None: any) and
    `max_price` is the price of one, all in. Asked twice within seconds (a double click) it gives
    the same places. When somebody is quicker it tries others, up to six times. Raises
    `NoMatchingPlaces` when there are no such places, `PlacesUnavailable` when others were
    quicker each time, and what `hold_seats` raises. `limited=False` is for staff: neither limits
    nor the calendar stop them.
    """
    terms = _check_wish(performance_id, quantity, limited)
    asked = f"best {quantity} {max_price or ''} {int(accessible)} {','.join(categories or ())}"
    names = _allowed(terms, categories, max_price, customer)
    if sections := _standing_sections(terms, names, accessible):
        return _hold_best_standing(
            sections, terms, quantity, customer=customer, asked=asked[:80], limited=limited
        )
    search = _Search(terms, snapshot_of(performance_id), quantity, names, accessible, chance)
    for attempt in range(len(SPREADS)):
        choice = search.choose(attempt)
        if choice is None:
            raise NoMatchingPlaces(quantity)
        try:
            held = hold_seats(
                performance_id=performance_id,
                seat_ids=choice.seat_ids,
                customer=customer,
                asked=asked[:80],
                limited=limited,
                whole=True,
            )
        except PlacesUnavailable as gone:
            search.pass_over(gone.seat_ids)
            lost = gone
        else:
            search.pass_over(choice.seat_ids)
            return BestHeld(held, choice.together)
    raise lost


def hold_alternative(*, performance_id, seat_ids, give_back, customer):
    """Hold these seats, all or none, and give back those that they replace. Returns `Held`.

    The new ones are held first, so that nobody ends with nothing; only when the limit does not
    allow both at once are the old ones given back first. Raises what `hold_seats` raises.
    """
    _check_wish(performance_id, len(seat_ids))
    unwanted = [seat for seat in give_back if seat not in set(seat_ids)]
    request = {
        "performance_id": performance_id,
        "seat_ids": seat_ids,
        "customer": customer,
        "whole": True,
    }
    try:
        held = hold_seats(**request)
    except LimitReached:
        _give_back(unwanted, performance_id, customer)
        return hold_seats(**request)
    _give_back(unwanted, performance_id, customer)
    return held


def _check_wish(performance_id, quantity, limited=True):
    """Refuse what can be refused without looking at any place."""
    terms = terms_of(performance_id)
    if quantity < 1:
        raise NothingSelected
    if limited and not terms.is_selling():
        raise NotOnSale
    if limited and quantity > terms.customer_limit:
        raise LimitReached(limit=terms.customer_limit)
    return terms


def _seats_held_by(customer, performance_id):
    places = Place.objects.held_at().filter(
        performance_id=performance_id, hold__visitor=customer.visitor, seat__isnull=False
    )
    return frozenset(places.values_list("seat_id", flat=True))


def _allowed(terms, categories, max_price, customer):
    """Return the names of the categories that fit, or None for all.

    Raises NotSoldOnline if those that fit cannot be bought online.
    """
    sold = categories_sold_online(terms) if customer.pays_online else terms.categories
    if categories is None and max_price is None and len(sold) == len(terms.categories):
        return None
    fitting = [
        category
        for category in terms.categories.values()
        if (categories is None or category.name in categories)
        and (max_price is None or category.price <= max_price)
    ]
    if fitting and not any(category.id in sold for category in fitting):
        raise NotSoldOnline
    return [category.name for category in fitting if category.id in sold]


def _standing_sections(terms, names, accessible):
    """Return the standing sections that were asked for, or none where there are seats for it."""
    drawing = drawing_of(terms.plan_id)

    def is_asked(category):
        return names is None or category in names

    if accessible or any(is_asked(seat.category) for seat in drawing.seats.values()):
        return []
    return [part for part in drawing.sections if part.is_standing and is_asked(part.category)]


def _hold_best_standing(sections, terms, quantity, **request):
    """Hold standing places of the first section that has as many, in the order of the plan."""
    free = snapshot_of(terms.performance_id).availability
    # What was free a second ago is tried first, but only the database knows.
    for section in sorted(sections, key=lambda part: free.free_in(part.id) < quantity):
        try:
            held = hold_standing(
                performance_id=terms.performance_id,
                section_id=section.id,
                quantity=quantity,
                is_more=True,
                **request,
            )
        except PlacesUnavailable:
            continue
        return BestHeld(held, together=True)
    raise NoMatchingPlaces(quantity)


class _Search:
    """The tries of one customer to get the best seats."""

    def __init__(self, terms, snapshot, quantity, names, accessible, chance):
        self.terms = terms
        self.snapshot = snapshot
        self.wish = {
            "drawing": drawing_of(terms.plan_id),
            "quantity": quantity,
            "categories": names,
            "accessible": accessible,
            "released": terms.accessible_released,
            "chance": chance,
        }
        self.availability = snapshot.availability
        self.avoid = set(snapshot.gone)
        self.is_fresh = False

    def choose(self, attempt):
        """Return the Choice for this try (0, 1, …), or None when there is none left."""
        if attempt == FRESH_FROM and not self.is_fresh:
            self._look_again()
        choice = self._best(attempt)
        # Who has just lost a seat deserves a look at the truth. Who has not is told what the
        # snapshot says: a herd that comes after the last seat must not cost a query each.
        if choice is None and attempt and self.avoid:
            self._look_again()
            choice = self._best(attempt)
        return choice

    def pass_over(self, seat_ids):
        self.avoid.update(seat_ids)
        self.snapshot.gone.update(seat_ids)

    def _best(self, attempt):
        return best_available(
            **self.wish,
            availability=self.availability,
            avoid=self.avoid,
            spread=SPREADS[attempt],
        )

    def _look_again(self):
        self.availability = availability_of(self.terms.performance_id)
        self.avoid, self.is_fresh = set(), True


def _give_back(seat_ids, performance_id, customer):
    places = Place.objects.held_at().filter(
        performance_id=performance_id, hold__visitor=customer.visitor, seat_id__in=seat_ids
    )
    by_hold = {}
    for place in places.select_related("hold"):
        by_hold.setdefault(place.hold, []).append(place.pk)
    for hold, place_ids in by_hold.items():
        release_places(hold=hold, place_ids=place_ids, actor=customer.actor)
