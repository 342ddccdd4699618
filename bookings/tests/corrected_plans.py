"""A performance on sale, and corrections of its seating plan."""

from dataclasses import replace

from bookings.models import Place
from bookings.staff_operations.plan_corrections import correct_plan
from bookings.staff_operations.put_on_sale import put_on_sale
from core.shared_cache import clear_shared_cache
from shows.tests.factories import make_performance
from venues.drafts import SectionDraft
from venues.plans import add_plan_version, draft_of
from venues.tests.factories import draft, make_venue, seat, standing_section


def hall(rows="AB", count=6, **floor):
    seats = [
        seat(row, str(number), 25 * number, 30 * at)
        for at, row in enumerate(rows, 1)
        for number in range(1, count + 1)
    ]
    stalls = SectionDraft(name="Stalls", slug="stalls", seats=tuple(seats))
    floors = [standing_section(standing=10)] if floor.get("floor", True) else []
    return draft(sections=[stalls, *floors], width=400, height=400)


def corrected_performance():
    """Return a performance on sale, in a hall with two rows and a floor."""
    plan = add_plan_version(venue=make_venue(), name="Hall", draft=hall())
    performance = make_performance(plan=plan, opened=False, prices={"Stalls": 40, "Standing": 20})
    performance = put_on_sale(performance=performance, actor="test")
    clear_shared_cache()
    return performance


def changed(performance, edit):
    """Save the next version: `edit` gets the list of seats and returns the new one."""
    before = draft_of(performance.plan)
    first, *others = before.sections
    first = replace(first, seats=tuple(edit(list(first.seats))), outline=())
    return add_plan_version(
        venue=performance.venue, name="Hall", draft=replace(before, sections=(first, *others))
    )


def correct(performance, plan):
    done = correct_plan(performance=performance, plan=plan, actor="staff:1", reason="Wrong label")
    clear_shared_cache()
    performance.refresh_from_db()
    return done


def rename(guid, **values):
    return lambda seats: [replace(s, **values) if s.guid == guid else s for s in seats]


def without(*guids):
    return lambda seats: [s for s in seats if s.guid not in guids]


def with_a_seat_between(seats):
    return [seats[0], seat("A", "1a", 37, 30), *seats[1:]]


def place_of(performance, guid):
    return Place.objects.get(performance=performance, seat__guid=guid)


def seat_of(plan, guid):
    return plan.seats.get(guid=guid).pk


def with_floor(performance, capacity):
    before = draft_of(performance.plan)
    first, floor = before.sections
    sections = (first, replace(floor, standing=capacity))
    return add_plan_version(
        venue=performance.venue, name="Hall", draft=replace(before, sections=sections)
    )
