"""Correct the seating plan of a performance on sale: re-point its places to another version.

A place follows its seat, which has the same GUID in both versions. Seats that were added get
places; places of removed seats are removed, unless they are held or sold.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from core.database.locks import database_now
from shows.models import Performance
from shows.terms import clear_cached_terms
from venues.drawing import Drawing, drawing_of
from venues.models import SeatingPlan
from venues.plan_versions import seat_successors

from ..exceptions import CannotCorrectPlan
from ..ledger.recording import record
from ..models import AllocatedPlace, LedgerEntry, Order, Place, Ticket
from ..sale import locks
from ..sale.quotes import place_label
from .put_on_sale import reasons_against_plan
from .renamed_seats import enqueue_renamed

LISTED = 20  # Seats that a refusal names.
LOGGED = 2_000  # New labels of tickets in the log.
FORMER = 20  # Versions that a performance remembers.

REPOINT = """
UPDATE bookings_place place SET seat_id = now.id, section_id = now.section_id
FROM unnest(%(old)s::bigint[], %(new)s::bigint[]) AS pair (old, new)
JOIN venues_seat now ON now.id = pair.new
WHERE place.performance_id = %(performance)s AND place.seat_id = pair.old
"""
RECATEGORISE = """
UPDATE bookings_place place SET price_category_id = category.id
FROM venues_seat seat, shows_pricecategory category
WHERE place.performance_id = %(performance)s AND seat.id = place.seat_id
  AND seat.plan_id = %(plan)s AND category.performance_id = place.performance_id
  AND category.name = seat.category AND category.id <> place.price_category_id
"""
ADD_SEATS = """
INSERT INTO bookings_place (performance_id, section_id, seat_id, price_category_id, state)
SELECT %(performance)s, seat.section_id, seat.id, category.id, 'available'
FROM venues_seat seat
JOIN venues_section section ON section.id = seat.section_id
JOIN shows_pricecategory category
  ON category.performance_id = %(performance)s AND category.name = seat.category
WHERE seat.plan_id = %(plan)s AND NOT EXISTS (
    SELECT FROM bookings_place place
    WHERE place.performance_id = %(performance)s AND place.seat_id = seat.id)
ORDER BY section.ordinal, seat.ordinal
RETURNING id
"""
ADD_STANDING = """
INSERT INTO bookings_place (performance_id, section_id, price_category_id, state)
SELECT %(performance)s, %(section)s, category.id, 'available'
FROM shows_pricecategory category, generate_series(1, %(count)s)
WHERE category.performance_id = %(performance)s AND category.name = %(category)s
RETURNING id
"""


@dataclass
class Correction:
    """The effects of a correction: primary keys of places, and the tickets renamed."""

    added: list[int] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    # {ticket: (label before, label after)}
    renamed: dict[int, tuple[str, str]] = field(default_factory=dict)
    notified: int = 0


def correct_plan(
    *, performance: Performance, plan: SeatingPlan, actor: str, reason: str, notify: bool = False
) -> Correction:
    """Re-point the places of a performance to another version of its plan, and log it.

    Places keep their primary keys, so baskets, orders and tickets keep their places. Tickets and
    unpaid orders get the labels of the new version; with `notify`, customers whose tickets have a
    new label get an e-mail. A repeated call does nothing.

    Locks the performance's row, the holds that have places, then all places. Raises
    `CannotCorrectPlan` (and changes nothing) if a seat that is sold, in a basket or in a guest hold
    is missing in the new version or has another price category there, and with all other reasons.
    """
    with transaction.atomic(durable=True):
        locked = Performance.objects.select_for_update(of=("self",), no_key=True)
        performance = locked.get(pk=performance.pk)
        if performance.plan_id == plan.pk:
            return Correction()
        correction = _Corrector(performance, plan).run(actor, reason)
        if notify:
            correction.notified = enqueue_renamed(correction.renamed, plan_id=plan.pk)
    clear_cached_terms(performance.pk)
    return correction


class _Corrector:
    def __init__(self, performance: Performance, plan: SeatingPlan) -> None:
        self.performance, self.plan = performance, plan
        self.before: Drawing = drawing_of(performance.plan_id)
        self.after: Drawing = drawing_of(plan.pk)
        self.done = Correction()

    def run(self, actor: str, reason: str) -> Correction:
        holds = locks.lock_holds_with_places(self.performance.pk)
        places = locks.lock_places_of_performance(self.performance.pk)
        now = database_now()
        self._refuse_if_impossible(now)
        kept = self._kept_places(places, now)
        self._check_kept(places, kept)
        labels = {place.pk: place_label(place, self.before) for place in places if place.pk in kept}
        self._correct_seats(places)
        self._correct_standing(places, kept)
        self._remove_places(kept)
        self._relabel([hold.pk for hold in holds], labels)
        self._save()
        self._record(actor, reason)
        return self.done

    def _refuse_if_impossible(self, now: datetime) -> None:
        performance, reasons = self.performance, []
        if performance.opened_at is None:
            reasons.append(_("This performance has not been put on sale yet."))
        if not performance.takes_place:
            reasons.append(_("The performance has been cancelled."))
        if performance.ends_at <= now:
            reasons.append(_("The performance is over."))
        reasons += reasons_against_plan(performance, self.plan)
        if reasons:
            raise CannotCorrectPlan(reasons)

    def _kept_places(self, places: Iterable[Place], now: datetime) -> set[int]:
        """Return the places that are sold, in a basket, or in a guest hold."""
        allocated = AllocatedPlace.objects.filter(place__performance=self.performance)
        kept = set(allocated.values_list("place", flat=True))
        free = {Place.State.BLOCKED.value, Place.State.REMOVED.value}
        kept |= {p.pk for p in places if not p.is_open(now) and p.state not in free}
        return kept

    def _check_kept(self, places: Iterable[Place], kept: set[int]) -> None:
        """Refuse if a kept seat is missing in the new version, or has another price there."""
        categories = dict(self.performance.price_categories.values_list("pk", "name"))
        now = seat_successors(self.before.plan_id, self.after.plan_id)
        missing, dearer = [], []
        for place in places:
            if place.pk not in kept or not place.seat_id:
                continue
            seat = self.after.seats.get(now.get(place.seat_id, 0))
            if seat is None:
                missing.append(place_label(place, self.before))
            elif seat.category != categories[place.price_category_id]:
                dearer.append(place_label(place, self.before))
        reasons = []
        if missing:
            text = _("Sold or held, but missing in the new version: %s.")
            reasons.append(text % _listed(missing))
        if dearer:
            text = _("Sold or held, but in another price category in the new version: %s.")
            reasons.append(text % _listed(dearer))
        if reasons:
            raise CannotCorrectPlan(reasons)

    def _correct_seats(self, places: Iterable[Place]) -> None:
        """Re-point the places of all seats, also of those removed before, and add new ones."""
        values = {"performance": self.performance.pk, "plan": self.plan.pk}
        # Places of seats that earlier corrections removed are of other versions.
        plans = {self.before.plan_id, *self.performance.former_plans}
        for plan_id in plans - {self.plan.pk}:
            pairs = seat_successors(plan_id, self.plan.pk)
            _execute(REPOINT, values | {"old": list(pairs), "new": list(pairs.values())})
        back = [p.pk for p in places if p.state == Place.State.REMOVED and p.seat_id]
        returned = Place.objects.filter(pk__in=back, section__plan=self.plan)
        self.done.added += returned.values_list("pk", flat=True)
        Place.objects.filter(pk__in=self.done.added).make_available()
        _execute(RECATEGORISE, values)
        self.done.added += _execute(ADD_SEATS, values)

    def _correct_standing(self, places: Iterable[Place], kept: set[int]) -> None:
        """Re-point standing places by the slug of their section; add as many as needed."""
        old = {section.id: section.slug for section in self.before.sections}
        categories = dict(self.performance.price_categories.values_list("name", "pk"))
        by_slug: dict[str, list[Place]] = {}
        for place in places:
            if not place.seat_id and place.state != Place.State.REMOVED:
                by_slug.setdefault(old.get(place.section_id, ""), []).append(place)
        for section in self.after.sections:
            if not section.is_standing:
                continue
            own = by_slug.get(section.slug, [])
            # Held and sold places first, so that only free ones are removed.
            own.sort(key=lambda place: (place.pk not in kept, place.pk))
            stay = [place.pk for place in own[: section.capacity]]
            category = categories[section.category]
            if any(p.pk in kept and p.price_category_id != category for p in own):
                text = _("Sold or held, but in another price category in the new version: %s.")
                raise CannotCorrectPlan([text % section.name])
            Place.objects.filter(pk__in=stay).update(
                section_id=section.id, price_category_id=category
            )
            self.done.added += _execute(
                ADD_STANDING,
                {
                    "performance": self.performance.pk,
                    "section": section.id,
                    "count": section.capacity - len(stay),
                    "category": section.category,
                },
            )

    def _remove_places(self, kept: set[int]) -> None:
        """Remove the places that were not re-pointed. Refuses if one of them is held or sold."""
        gone = Place.objects.in_plan().filter(performance=self.performance)
        gone = gone.exclude(section__plan=self.plan)
        ids = list(gone.order_by("pk").values_list("pk", flat=True))
        if lost := [pk for pk in ids if pk in kept]:
            names = dict.fromkeys(
                place_label(place, self.before)
                for place in Place.objects.filter(pk__in=lost).order_by("pk")
            )
            text = _("More standing places are sold or held than the new version has: %s.")
            raise CannotCorrectPlan([text % _listed(list(names))])
        self.done.removed = ids
        Place.objects.filter(pk__in=ids).remove_from_plan()

    def _relabel(self, hold_ids: list[int], before: Mapping[int, str]) -> None:
        """Give tickets and unpaid orders the labels of the new version, in their language."""
        places = Place.objects.in_bulk(before)
        changed = {
            pk: place
            for pk, place in places.items()
            if place_label(place, self.after) != before[pk]
        }
        tickets = Ticket.objects.valid().filter(place__in=changed).select_related("order")
        renamed = []
        for ticket in tickets.order_by("pk"):
            with override(ticket.order.language):
                label = place_label(changed[ticket.place_id], self.after)
            self.done.renamed[ticket.pk] = (ticket.label, label)
            ticket.label = label
            renamed.append(ticket)
        Ticket.objects.bulk_update(renamed, ["label"])
        orders = Order.objects.filter(hold__in=hold_ids, status__in=["pending", "reserved"])
        for order in orders.order_by("pk"):
            with override(order.language):
                for line in order.quote:
                    if place := places.get(line["place"]):
                        line["label"] = place_label(place, self.after)
                        line["seat"] = place.seat_id
            order.save(update_fields=["quote"])

    def _save(self) -> None:
        performance = self.performance
        performance.former_plans = [*performance.former_plans, performance.plan_id][-FORMER:]
        performance.plan = self.plan
        places = Place.objects.in_plan().filter(performance=performance)
        performance.places_total = places.count()
        performance.places_left = places.open_at().count()
        fields = ["plan", "former_plans", "places_total", "places_left"]
        performance.save(update_fields=fields)

    def _record(self, actor: str, reason: str) -> None:
        record(
            LedgerEntry.Kind.CORRECT_PLAN,
            performance_id=self.performance.pk,
            actor=actor,
            places=[*self.done.added, *self.done.removed],
            detail={
                "reason": reason,
                "before": self.before.plan_id,
                "after": self.plan.pk,
                "added": len(self.done.added),
                "removed": len(self.done.removed),
                "renamed": len(self.done.renamed),
                "labels": {
                    str(pk): list(pair) for pk, pair in list(self.done.renamed.items())[:LOGGED]
                },
            },
        )


def _listed(names: list[str]) -> str:
    return "; ".join(names[:LISTED]) + (" …" if len(names) > LISTED else "")


def _execute(statement: str, values: Mapping[str, Any]) -> list[int]:
    """Run a statement; return the primary keys that it returns."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [row[0] for row in cursor.fetchall()] if cursor.description else []
