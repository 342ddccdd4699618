"""What the waiting room is told of the places: how many are left, by category."""

from collections import Counter
from functools import lru_cache

from shows.terms import terms_of
from venues.drawing import drawing_of
from waitingroom.remaining import CategoryRemaining, Remaining, provides_remaining

from ..models import Place
from .snapshots import snapshot_of


@provides_remaining
def stock(performance_id):
    """Return the Stock, at most a second old. Costs one query more when nothing is free."""
    terms = terms_of(performance_id)
    availability = snapshot_of(performance_id).availability
    left = Counter()
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


@lru_cache(maxsize=64)
def _categories(plan_id):
    """The category of each section, or those of its seats in order where there are several."""
    drawing, found = drawing_of(plan_id), {}
    for section in drawing.sections:
        names = tuple(drawing.seats[seat].category for seat in section.seat_ids)
        if section.is_standing or not names:
            found[section.id] = section.category
        else:
            found[section.id] = names[0] if len(set(names)) == 1 else names
    return found
