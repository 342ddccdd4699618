"""Put a performance on sale."""

import pytest

from bookings.exceptions import CannotPutOnSale
from bookings.models import LedgerEntry, Place
from bookings.staff_operations import put_on_sale as put_on_sale_module
from bookings.staff_operations.put_on_sale import put_on_sale
from core.testing.races import meet_after, race, winners
from shows.models import Performance, PriceCategory
from shows.tests.factories import make_venue
from venues.drawing import drawing_of

from .factories import make_performance, make_plan, seated, standing

HALL = [seated(rows=2, seats=5), standing(capacity=7)]


def make_draft(**fields):
    plan = make_plan(sections=HALL)
    return make_performance(plan=plan, opened=False, status=Performance.Status.DRAFT, **fields)


@pytest.mark.django_db
def test_it_creates_one_place_for_each_seat_and_standing_place():
    performance = put_on_sale(performance=make_draft(), actor="staff:1")
    places = Place.objects.filter(performance=performance)
    assert places.filter(seat=None).count() == 7
    assert set(places.exclude(seat=None).values_list("seat_id", flat=True)) == set(
        performance.plan.seats.values_list("pk", flat=True)
    )
    assert places.open_at().count() == performance.places_total == performance.places_left == 17
    assert performance.status == Performance.Status.PUBLISHED
    assert LedgerEntry.objects.get(kind="open").actor == "staff:1"


@pytest.mark.django_db
def test_places_are_in_the_order_of_the_plan():
    performance = put_on_sale(performance=make_draft(), actor="test")
    seats = Place.objects.exclude(seat=None).order_by("pk").values_list("seat_id", flat=True)
    assert tuple(seats) == drawing_of(performance.plan_id).sections[0].seat_ids


@pytest.mark.django_db
def test_a_place_has_the_price_of_its_category():
    performance = put_on_sale(
        performance=make_draft(prices={"Regular": 40, "Standing": 20}), actor="test"
    )
    prices = {
        place.seat_id is None: place.price_category.price for place in performance.places.all()
    }
    assert prices == {False: 40, True: 20}


@pytest.mark.django_db
def test_it_reports_its_progress():
    steps = []
    put_on_sale(performance=make_draft(), actor="test", progress=lambda *step: steps.append(step))
    assert steps == [(10, 17), (17, 17)]


@pytest.mark.django_db
def test_it_refuses_with_all_reasons_at_once():
    performance = make_draft()
    PriceCategory.objects.filter(performance=performance).delete()
    Performance.objects.filter(pk=performance.pk).update(status=Performance.Status.CANCELLED)
    with pytest.raises(CannotPutOnSale) as refusal:
        put_on_sale(performance=performance, actor="test")
    assert len(refusal.value.reasons) == 2
    assert "Regular" in str(refusal.value)
    assert not Place.objects.exists()


@pytest.mark.django_db
def test_a_plan_of_another_venue_is_refused():
    performance = make_draft()
    Performance.objects.filter(pk=performance.pk).update(venue=make_venue())
    with pytest.raises(CannotPutOnSale, match="another venue"):
        put_on_sale(performance=performance, actor="test")
    assert not Place.objects.exists()


@pytest.mark.django_db
def test_repeating_it_changes_nothing():
    performance = put_on_sale(performance=make_draft(), actor="test")
    opened_at = performance.opened_at
    assert put_on_sale(performance=performance, actor="test").opened_at == opened_at
    assert Place.objects.count() == 17
    assert LedgerEntry.objects.filter(kind="open").count() == 1


@pytest.mark.django_db(transaction=True)
def test_concurrent_calls_do_it_once():
    performance = make_draft()
    press = lambda: put_on_sale(performance=performance, actor="test")  # noqa: E731
    outcomes = race(*[press] * 6)
    assert len(winners(outcomes)) == 6
    assert Place.objects.count() == 17
    assert LedgerEntry.objects.filter(kind="open").count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_places_are_created_twice(monkeypatch):
    """Control: without the lock on the performance, the places are created twice."""
    performance = make_draft()
    monkeypatch.setattr(
        Performance.objects, "select_for_update", lambda **options: Performance.objects.all()
    )
    meet_after(monkeypatch, put_on_sale_module, "reasons_against", 2)
    outcomes = race(*[lambda: put_on_sale(performance=performance, actor="test")] * 2)
    # The constraint on seats alone would stop one of them; standing places have none.
    assert len(winners(outcomes)) == 1
    assert "seat_is_one_place_of_a_performance" in str(next(o.error for o in outcomes if o.error))
