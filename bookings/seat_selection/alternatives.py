"""Offer other seats to customers whose seats were sold, or whose request matched none."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from shows.online_sales import categories_sold_online
from shows.terms import Terms, terms_of
from venues.drawing import Drawing, drawing_of
from venues.models import Seat

from ..seatmap.snapshots import snapshot_of
from .best_available import Choice, best_available


@dataclass(frozen=True)
class Offer:
    """The best free seats like those requested. They are not held for anybody."""

    seat_ids: tuple[int, ...]
    labels: tuple[str, ...]
    together: bool
    total: Decimal
    currency: str


def best_alternative(*, performance_id: int, requested: Iterable[int]) -> Offer | None:
    """Return an Offer of as many seats as were requested, or None.

    They are of the same categories if possible, else of any, and include a wheelchair space if one
    was requested. Reads the snapshot and holds nothing.
    """
    terms = terms_of(performance_id)
    drawing, snapshot = drawing_of(terms.plan_id), snapshot_of(performance_id)
    seats = [drawing.seats[seat] for seat in requested if seat in drawing.seats]
    if not seats:
        return None
    request: dict[str, Any] = {
        "drawing": drawing,
        "availability": snapshot.availability,
        "quantity": len(seats),
        "accessible": any(seat.kind == Seat.Kind.WHEELCHAIR for seat in seats),
        "released": terms.accessible_released,
        "avoid": {*snapshot.taken, *(seat.id for seat in seats)},
        # Customers who lost the same seats at the same moment should be offered different ones.
        "spread": 8,
    }
    sold = {terms.categories[pk].name for pk in categories_sold_online(terms)}
    choice = best_available(**request, categories={seat.category for seat in seats} & sold)
    choice = choice or best_available(
        **request, categories=None if len(sold) == len(terms.categories) else sold
    )
    return _offer(drawing, terms, choice)


def closest_to_request(
    *, performance_id: int, quantity: int, categories: Collection[str] | None, accessible: bool
) -> Offer | None:
    """Return an Offer close to a request of best seats that nothing matched, or None.

    As many seats in any area and at any price, else as many as there are, first in the wanted areas
    (`categories`, None for any). Reads the snapshot and holds nothing.
    """
    terms = terms_of(performance_id)
    drawing, snapshot = drawing_of(terms.plan_id), snapshot_of(performance_id)
    sold = {terms.categories[pk].name for pk in categories_sold_online(terms)}
    wanted = sold if categories is None else sold.intersection(categories)
    fewer = [(number, names) for number in range(quantity - 1, 0, -1) for names in (wanted, sold)]
    for number, names in [(quantity, sold), *fewer]:
        choice = best_available(
            drawing=drawing,
            availability=snapshot.availability,
            quantity=number,
            categories=names,
            accessible=accessible,
            released=terms.accessible_released,
            avoid=set(snapshot.taken),
        )
        if choice is not None:
            return _offer(drawing, terms, choice)
    return None


def _offer(drawing: Drawing, terms: Terms, choice: Choice | None) -> Offer | None:
    if choice is None:
        return None
    chosen = [drawing.seats[seat] for seat in choice.seat_ids]
    return Offer(
        seat_ids=choice.seat_ids,
        labels=tuple(seat.label for seat in chosen),
        together=choice.together,
        total=sum((terms.categories_by_name[s.category].price for s in chosen), Decimal(0)),
        currency=terms.currency,
    )
