"""Count the remaining places: for the waiting room, by category, and for the badges in lists."""

from collections import Counter
from functools import lru_cache

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from shows.models import Performance
from shows.terms import terms_of
from venues.drawing import drawing_of
from waitingroom.remaining import CategoryRemaining, Remaining, provides_remaining

from ..models import Place
from .snapshots import snapshot_of


@provides_remaining
def remaining_places(performance_id: int) -> Remaining:
    """Return what is left, at most a second old. Makes one more query when it is sold out."""
    terms = terms_of(performance_id)
    availability = snapshot_of(performance_id).availability
    left: Counter[str] = Counter()
    for section_id, categories in _categories(terms.plan_id).items():
        if isinstance(categories, str):
            left[categories] += availability.free_in(section_id)
        else:
            bits = availability.bits.get(section_id, "")
            left.update(name for name, bit in zip(categories, bits, strict=False) if bit == "1")
    return Remaining(
        left=availability.free,
        categories=tuple(
            CategoryRemaining(term.name, term.price, left[term.name])
            for term in terms.categories.values()
        ),
        currency=terms.currency,
        may_return=not availability.free
        and Place.objects.filter(performance_id=performance_id).held_at().exists(),
    )


def count_places_left() -> int:
    """Update `places_left` of every performance on sale, in one statement; return their number."""
    open_places = (
        Place.objects.open_at()
        .filter(performance=OuterRef("pk"))
        .order_by()
        .values("performance")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return Performance.objects.selling().update(places_left=Coalesce(Subquery(open_places), 0))


@lru_cache(maxsize=64)
def _categories(plan_id: int) -> dict[int, str | tuple[str, ...]]:
    """Map each section to its category, or to those of its seats in order if there are several."""
    drawing = drawing_of(plan_id)
    found: dict[int, str | tuple[str, ...]] = {}
    for section in drawing.sections:
        names = tuple(drawing.seats[seat].category for seat in section.seat_ids)
        if section.is_standing or not names:
            found[section.id] = section.category
        else:
            found[section.id] = names[0] if len(set(names)) == 1 else names
    return found
