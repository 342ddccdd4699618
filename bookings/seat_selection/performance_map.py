"""The context of a performance's page: its seating plan as it is now."""

from collections.abc import Collection, Sequence
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from shows.models import Performance
from shows.online_sales import categories_sold_online, online_state
from shows.terms import Terms, terms_of
from venues.drawing import drawing_of
from venues.section_views import views_of_plan
from waitingroom.rooms import cached_room

from ..seatmap.availability import Availability
from ..seatmap.drawn_sections import drawn_section
from ..seatmap.overview import SectionState, ground_of, is_small, sections_of
from ..seatmap.snapshots import snapshot_of
from .forms import BestForm, StandingForm

States = Performance.SaleState


def map_context(
    performance: Performance,
    slug: str = "",
    chosen: Collection[int] = frozenset(),
    *,
    has_pass: bool = False,
) -> dict[str, Any]:
    """Return the context of the page, with the section `slug` open if there is such a section.

    While there is a queue, only visitors with a pass (`has_pass`) get the forms to buy.
    Availability is that of the snapshot, at most a second old, without the seats that this process
    has seen taken since. It makes one query, beside those of the terms and the snapshot, which are
    cached.
    """
    terms = terms_of(performance.pk)
    drawing = drawing_of(terms.plan_id)
    availability = snapshot_of(performance.pk).by_now(drawing)
    sections = sections_of(terms, availability, views_of_plan(terms.plan_id))
    seated = [section for section in sections if not section.is_standing]
    current = next((section for section in seated if section.slug == slug), None)
    shown = seated if is_small(terms.plan_id) else [current] if current else []
    return {
        **_sale_context(performance, terms, availability, sections, has_pass),
        "performance": performance,
        "terms": terms,
        "now": timezone.now(),
        "sections": sections,
        "has_views": any(section.view for section in sections),
        "seated": seated,
        "standing_sections": [section for section in sections if section.is_standing],
        "current": current,
        "is_small": is_small(terms.plan_id),
        "ground": ground_of(terms.plan_id),
        "seats": [_seats(terms, section.id, availability, chosen) for section in shown],
        "prices": sorted({term.price for term in terms.categories.values()}),
        "best": BestForm(terms=terms, drawing=drawing) if seated else None,
        "standing": StandingForm(terms=terms, drawing=drawing),
    }


def _sale_context(
    performance: Performance,
    terms: Terms,
    availability: Availability,
    sections: Sequence[SectionState],
    has_pass: bool,
) -> dict[str, Any]:
    """Return the context about the sale: its state, what is sold online, the queue."""
    is_open = terms.is_selling()
    sold_online = categories_sold_online(terms)
    queue = cached_room(performance.pk)
    has_queue = queue is not None and queue.is_active
    return {
        "state": _state(performance, is_open, availability),
        "is_selling": is_open and bool(sold_online) and (has_pass or not has_queue),
        "not_sold_online": len(sold_online) < len(terms.categories),
        "some_sold_online": bool(sold_online),
        "sections_sold_online": {
            section.id for section in sections if not sold_online.isdisjoint(section.categories)
        },
        "has_queue": has_queue and not has_pass,
        "queue_minutes": queue.room.pass_minutes if queue else None,
    }


def _state(performance: Performance, is_open: bool, availability: Availability) -> str:
    """Return the state by the current availability; `places_left` may be minutes old."""
    if is_open:
        performance.places_left = availability.free
    return online_state(performance)


def _seats(
    terms: Terms, section_id: int, availability: Availability, chosen: Collection[int]
) -> SafeString:
    bits = availability.bits.get(section_id, "")
    # `drawn_section` has escaped every value in it.
    return mark_safe(drawn_section(terms, section_id).html_with(bits, chosen))
