"""Put a performance on sale: create a place for each seat and each standing place."""

from collections.abc import Callable

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shows.models import Performance
from shows.search import index_show
from venues.models import Seat, SeatingPlan, Section

from ..exceptions import CannotPutOnSale
from ..ledger.recording import record
from ..models import LedgerEntry, Place

# What staff read before they do it.
FIXED_ON_SALE = gettext_lazy(
    "Show, venue and currency are fixed from now on. You can still change prices, reschedule, and"
    " correct mistakes in the seating plan with a new version."
)

# In the order of the plan, so that places are ordered like their seats (see `Availability`).
CREATE_SEATS = """
INSERT INTO bookings_place (performance_id, section_id, seat_id, price_category_id, state)
SELECT %(performance)s, seat.section_id, seat.id, category.id, 'available'
FROM venues_seat seat
JOIN shows_pricecategory category
  ON category.performance_id = %(performance)s AND category.name = seat.category
WHERE seat.section_id = %(section)s
ORDER BY seat.ordinal
"""

CREATE_STANDING = """
INSERT INTO bookings_place (performance_id, section_id, price_category_id, state)
SELECT %(performance)s, %(section)s, category.id, 'available'
FROM shows_pricecategory category, generate_series(1, %(capacity)s)
WHERE category.performance_id = %(performance)s AND category.name = %(category)s
"""


def put_on_sale(
    *, performance: Performance, actor: str, progress: Callable[[int, int], None] | None = None
) -> Performance:
    """Create the places of a performance and publish it. Repeatable.

    Calls `progress(done, total)` after each section, in places; 20,000 take a few seconds. Locks
    the performance's row. Raises `CannotPutOnSale` with all reasons.
    """
    with transaction.atomic(durable=True):
        performance = Performance.objects.select_for_update(of=("self",)).get(pk=performance.pk)
        if performance.opened_at is None:
            if reasons := reasons_against(performance):
                raise CannotPutOnSale(reasons)
            _create_places(performance, progress)
            record(LedgerEntry.Kind.OPEN, performance_id=performance.pk, actor=actor)
    index_show(performance.show)  # The search suggests its names from now on.
    return performance


def reasons_against(performance: Performance) -> list[str]:
    """Return why the performance cannot be put on sale, as sentences."""
    reasons = []
    if performance.status == Performance.Status.CANCELLED:
        reasons.append(_("The performance has been cancelled."))
    return reasons + reasons_against_plan(performance, performance.plan)


def reasons_against_plan(performance: Performance, plan: SeatingPlan) -> list[str]:
    """Return why the performance cannot be sold with this plan, as sentences."""
    reasons = []
    if plan.venue_id != performance.venue_id:
        reasons.append(_("This seating plan belongs to another venue."))
    priced = set(performance.price_categories.values_list("name", flat=True))
    needed = set(
        Seat.objects.filter(plan=plan).order_by().values_list("category", flat=True).distinct()
    )
    standing = Section.objects.filter(plan=plan, kind=Section.Kind.STANDING)
    needed |= set(standing.values_list("category", flat=True))
    if missing := sorted(needed - priced):
        reasons.append(_("Missing prices: %(names)s.") % {"names": ", ".join(missing)})
    if not needed:
        reasons.append(_("The seating plan has no seats."))
    return reasons


def _create_places(performance, progress):
    sections = list(performance.plan.sections.order_by("ordinal", "pk"))
    total, done = sum(section.capacity for section in sections), 0
    with connection.cursor() as cursor:
        for section in sections:
            cursor.execute(
                CREATE_STANDING if section.is_standing else CREATE_SEATS,
                {
                    "performance": performance.pk,
                    "section": section.pk,
                    "capacity": section.capacity,
                    "category": section.category,
                },
            )
            done += cursor.rowcount
            if progress:
                progress(done, total)
        cursor.execute("SELECT statement_timestamp()")
        performance.opened_at = cursor.fetchone()[0]
    performance.status = Performance.Status.PUBLISHED
    performance.places_total = Place.objects.filter(performance=performance).count()
    performance.places_left = performance.places_total
    performance.save(update_fields=["opened_at", "status", "places_total", "places_left"])
