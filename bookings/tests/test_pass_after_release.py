"""Releasing a basket shortens the pass of the queue, however its places are released."""

import pytest
from django.utils import timezone

from bookings.sale.customers import Customer
from bookings.sale.holds import hold_seats
from bookings.sale.release import release_hold, release_places
from bookings.seat_selection.holding import hold_alternative
from waitingroom.entry import enter
from waitingroom.models import Pass
from waitingroom.passes import SHORTENED_TO
from waitingroom.tests.factories import advance, join_queue, make_room

from .factories import make_sale, seated, seats_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hold():
    """Make a hold of two seats by a visitor with a pass for ten minutes."""
    room = make_room(performance=make_sale(sections=[seated()], customer_limit=2), pass_minutes=10)
    visitor, place = join_queue(room)
    advance(room)
    enter(token=place, visitor=visitor)
    return hold_seats(
        performance_id=room.pk,
        seat_ids=seats_of(room.performance, "A1", "A2"),
        customer=Customer(visitor),
    ).hold


def is_shortened():
    return Pass.objects.get().expires_at <= timezone.now() + SHORTENED_TO


def test_releasing_the_hold_shortens_the_pass(hold):
    release_hold(hold=hold, actor="test")
    assert is_shortened()


def test_releasing_the_last_place_shortens_the_pass(hold):
    first, second = hold.places.values_list("pk", flat=True)
    release_places(hold=hold, place_ids=[first], actor="test")
    assert not is_shortened()
    release_places(hold=hold, place_ids=[second], actor="test")
    assert is_shortened()


def test_exchanging_all_seats_does_not_change_the_pass(hold):
    """The limit does not allow both, so the old seats are released first."""
    hold_alternative(
        performance_id=hold.performance_id,
        seat_ids=seats_of(hold.performance, "B1", "B2"),
        replaced=seats_of(hold.performance, "A1", "A2"),
        customer=Customer(hold.visitor),
    )
    assert not is_shortened()
