"""Block and unblock places."""

import pytest

from bookings.exceptions import CannotBlock, PlacesUnavailable
from bookings.models import LedgerEntry, Place
from bookings.staff_operations.blocking import block_places, unblock_places
from core.testing.races import race

from .factories import age_hold, make_hold, make_sale, seats_of

pytestmark = pytest.mark.django_db


def places_of(performance, *labels):
    return [
        Place.objects.get(performance=performance, seat=seat).pk
        for seat in seats_of(performance, *labels)
    ]


def test_a_blocked_place_cannot_be_held_until_it_is_unblocked():
    performance = make_sale()
    ids = places_of(performance, "A1")
    block_places(performance=performance, place_ids=ids, actor="staff:1", reason="A pillar")
    with pytest.raises(PlacesUnavailable):
        make_hold(performance=performance, labels=["A1"])
    unblock_places(performance=performance, place_ids=ids, actor="staff:1")
    assert make_hold(performance=performance, labels=["A1"])
    line = LedgerEntry.objects.get(kind="block")
    assert (line.actor, line.places, line.detail) == ("staff:1", ids, {"reason": "A pillar"})


def test_it_blocks_nothing_when_one_of_them_is_held():
    performance = make_sale()
    make_hold(performance=performance, labels=["A1"])
    with pytest.raises(CannotBlock) as refusal:
        block_places(
            performance=performance, place_ids=places_of(performance, "A1", "A2"), actor="staff:1"
        )
    assert len(refusal.value.labels) == 1
    assert not Place.objects.blocked().exists()


def test_it_blocks_a_place_whose_hold_has_lapsed():
    performance = make_sale()
    age_hold(make_hold(performance=performance, labels=["A1"]), minutes=9)
    ids = places_of(performance, "A1")
    assert block_places(performance=performance, place_ids=ids, actor="staff:1")


def test_it_leaves_places_of_other_performances_alone():
    other = make_sale()
    ids = places_of(other, "A1")
    assert block_places(performance=make_sale(), place_ids=ids, actor="staff:1") == []
    assert not Place.objects.blocked().exists()


@pytest.mark.django_db(transaction=True)
def test_staff_and_a_buyer_compete_for_the_same_place():
    performance = make_sale()
    ids = places_of(performance, "A1")
    race(
        lambda: block_places(performance=performance, place_ids=ids, actor="staff:1"),
        *[lambda: make_hold(performance=performance, labels=["A1"])] * 6,
    )
    place = Place.objects.get(pk=ids[0])
    assert place.state in ("held", "blocked")
    assert LedgerEntry.objects.filter(kind__in=["hold", "block"]).count() == 1
