"""Putting a performance on sale: one place is made for each seat and each standing place."""

from django.db import connection, transaction
from django.utils.translation import gettext as _

from shows.models import Performance
from venues.models import Seat, Section

from ..exceptions import CannotPutOnSale
from ..ledger.recording import record
from ..models import LedgerEntry, Place

# Seats in the order of the plan, so that places have the order of their seats (see `Availability`).
MAKE_SEATS = """
INSERT INTO bookings_place (performance_id, section_id, seat_id, price_category_id, state)
SELECT %(performance)s, seat.section_id, seat.id, category.id, 'available'
FROM venues_seat seat
JOIN shows_pricecategory category
  ON category.performance_id = %(performance)s AND category.name = seat.category
WHERE seat.section_id = %(section)s
ORDER BY seat.ordinal
"""

MAKE_STANDING = """
INSERT INTO bookings_place (performance_id, section_id, price_category_id, state)
SELECT %(performance)s, %(section)s, category.id, 'available'
FROM shows_pricecategory category, generate_series(1, %(capacity)s)
WHERE category.performance_id = %(performance)s AND category.name = %(category)s
"""


def put_on_sale(*, performance, actor, progress=None):
    """Make the places of a performance and publish it. Asked twice, it is done once.

    Locks the performance's row. `progress(done, total)` is called after each section, in places.
    20,000 places take a few seconds. Raises `CannotPutOnSale` with every reason at once.
    """
    with transaction.atomic(durable=True):
        performance = Performance.objects.select_for_update(of=("self",)).get(pk=performance.pk)
        if performance.opened_at is None:
            if reasons := reasons_against(performance):
                raise CannotPutOnSale(reasons)
            _make_places(performance, progress)
            record(LedgerEntry.Kind.OPEN, performance_id=performance.pk, actor=actor)
    return performance


def reasons_against(performance):
    """Return all that keeps a performance from being put on sale, as sentences."""
    reasons = []
    if performance.status == Performance.Status.CANCELLED:
        reasons.append(_("The performance is cancelled."))
    priced = set(performance.price_categories.values_list("name", flat=True))
    plan = performance.plan
    asked = set(
        Seat.objects.filter(plan=plan).order_by().values_list("category", flat=True).distinct()
    )
    standing = Section.objects.filter(plan=plan, kind=Section.Kind.STANDING)
    asked |= set(standing.values_list("category", flat=True))
    if missing := sorted(asked - priced):
        reasons.append(_("There is no price for: %(names)s.") % {"names": ", ".join(missing)})
    if not asked:
        reasons.append(_("The seating plan has no places."))
    return reasons


def _make_places(performance, progress):
    sections = list(performance.plan.sections.order_by("ordinal", "pk"))
    total, done = sum(section.capacity for section in sections), 0
    with connection.cursor() as cursor:
        for section in sections:
            cursor.execute(
                MAKE_STANDING if section.is_standing else MAKE_SEATS,
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
