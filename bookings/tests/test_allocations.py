"""Guest holds: off sale until their release date, then on sale again automatically."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bookings.exceptions import CannotBlock, InvalidRequest, PlacesUnavailable
from bookings.ledger.audit import audit
from bookings.models import AllocatedPlace, Allocation, LedgerEntry, Place
from bookings.staff_operations.allocations import (
    allocate_places,
    release_allocation,
    release_due_allocations,
)
from bookings.staff_operations.blocking import block_places, unblock_places
from bookings.staff_operations.comps import issue_comps

from .factories import make_hold, make_sale

pytestmark = pytest.mark.django_db(transaction=True)


def allocate(performance, number=3, name="Promoter", **more):
    places = list(Place.objects.filter(performance=performance).order_by("pk")[:number])
    ids = [place.pk for place in places]
    return allocate_places(
        performance=performance, place_ids=ids, name=name, actor="staff:1", **more
    )


def test_customers_cannot_hold_allocated_places():
    performance = make_sale()
    allocation = allocate(performance)
    assert allocation.places.count() == 3 == Place.objects.blocked().count()
    with pytest.raises(PlacesUnavailable):
        make_hold(performance=performance, labels=["A1"])
    entry = LedgerEntry.objects.get(kind="block")
    assert entry.detail == {"reason": "Promoter", "guest_hold": "Promoter"}
    assert not audit()


def test_blocked_places_that_are_held_for_guests_are_logged_as_such():
    performance = make_sale()
    first = Place.objects.filter(performance=performance).order_by("pk").first()
    block_places(performance=performance, place_ids=[first.pk], actor="staff:1")
    allocate(performance, number=2)
    blocked, held = LedgerEntry.objects.filter(kind="block").order_by("pk")
    assert (len(blocked.places), len(held.places)) == (1, 2)
    assert ("guest_hold" in blocked.detail, held.detail["guest_hold"]) == (False, "Promoter")


def test_a_due_allocation_is_released_and_not_before():
    performance = make_sale()
    allocate(performance, release_at=timezone.now() + timedelta(days=1))
    assert release_due_allocations() == 0
    Allocation.objects.update(release_at=timezone.now() - timedelta(seconds=1))
    assert [release_due_allocations(), release_due_allocations()] == [3, 0]
    make_hold(performance=performance, labels=["A1"])
    assert Allocation.objects.get().released_at
    assert not AllocatedPlace.objects.exists()


def test_places_sold_meanwhile_are_not_released():
    performance = make_sale()
    allocation = allocate(performance)
    first = allocation.places.order_by("place_id").first().place
    issue_comps(
        performance=performance,
        place_ids=[first.pk],
        name="Grace",
        email="grace@example.org",
        actor="staff:1",
        reason="Guest.",
        request_key="one",
    )
    assert release_allocation(allocation=allocation, actor="staff:1") == 2
    assert Place.objects.get(pk=first.pk).state == Place.State.SOLD
    assert not audit()


def test_places_blocked_again_for_another_reason_stay_blocked():
    performance = make_sale()
    allocation = allocate(performance)
    place = allocation.places.first().place_id
    unblock_places(performance=performance, place_ids=[place], actor="staff:1")
    block_places(performance=performance, place_ids=[place], actor="staff:1", reason="Broken.")
    release_allocation(allocation=allocation, actor="staff:1")
    assert Place.objects.get(pk=place).state == Place.State.BLOCKED


def test_a_place_belongs_to_one_allocation():
    performance = make_sale()
    first = allocate(performance, number=3)
    second = allocate(performance, number=1, name="Press")
    assert (first.places.count(), second.places.count()) == (2, 1)
    release_allocation(allocation=first, actor="staff:1")
    assert Place.objects.blocked().count() == 1


def test_nothing_is_allocated_when_a_place_is_in_a_basket():
    performance = make_sale()
    make_hold(performance=performance, labels=["A2"])
    with pytest.raises(CannotBlock):
        allocate(performance)
    assert not Allocation.objects.exists() and not Place.objects.blocked().exists()


def test_a_release_date_in_the_past_is_rejected():
    with pytest.raises(InvalidRequest):
        allocate(make_sale(), release_at=timezone.now() - timedelta(hours=1))
