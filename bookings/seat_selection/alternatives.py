"""What to offer a customer whose places have just gone."""

from dataclasses import dataclass
from decimal import Decimal

from shows.terms import terms_of
from venues.drawing import drawing_of
from venues.models import Seat

from ..sale.online import categories_sold_online
from ..seatmap.snapshots import snapshot_of
from .best_available import best_available


@dataclass(frozen=True)
class Offer:
    """The best free places like those wished for, not held for anybody."""

    seat_ids: tuple
    labels: tuple
    together: bool
    total: Decimal
    currency: str


def best_alternative(*, performance_id, wished):
    """Return an Offer of as many seats as were wished for, or None.

    In the same categories if they are to be had, else in any; with a wheelchair space if there was
    one among those wished for. Reads the snapshot and holds nothing.
    """
    terms = terms_of(performance_id)
    drawing, snapshot = drawing_of(terms.plan_id), snapshot_of(performance_id)
    seats = [drawing.seats[seat] for seat in wished if seat in drawing.seats]
    if not seats:
        return None
    wish = {
        "drawing": drawing,
        "availability": snapshot.availability,
        "quantity": len(seats),
        "accessible": any(seat.kind == Seat.Kind.WHEELCHAIR for seat in seats),
        "released": terms.accessible_released,
        "avoid": {*snapshot.gone, *(seat.id for seat in seats)},
        # Others have lost the same seats at the same moment and are offered others.
        "spread": 8,
    }
    sold = {terms.categories[pk].name for pk in categories_sold_online(terms)}
    choice = best_available(**wish, categories={seat.category for seat in seats} & sold)
    choice = choice or best_available(
        **wish, categories=None if len(sold) == len(terms.categories) else sold
    )
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
