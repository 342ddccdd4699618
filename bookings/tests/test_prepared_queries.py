"""What is prepared for the sale reads and locks what the querysets say."""

import pytest
from django.db import transaction
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from bookings.models import Hold, Order, Place, Ticket, TicketChange
from bookings.sale import locks
from bookings.sale.queries import find_order, held_places, pending_change, tickets_of_order
from core.database.prepared import Param, PreparedQuery

from .factories import age_hold, make_hold, make_paid_order, make_sale, seats_of, standing

pytestmark = pytest.mark.django_db

PLACE_LOCKS = {
    "_open_seats": (),
    "_open_standing": (2,),
    "_held_places": (),
    "_places_of_hold": (),
    "_places_for_order": (),
    "_places": (),
    "_lapsed_places": (),
}
HOLD_LOCKS = {"_lapsed_holds": (50,), "_hold": (), "_hold_of_order": (), "_open_holds": (True,)}
# Queries that skip what others have locked, instead of waiting for it.
SKIPPING = {"_open_seats", "_open_standing", "_lapsed_places", "_lapsed_holds"}


@pytest.fixture
def sale():
    """A place in each state there is: free, held, lapsed, sold, blocked."""
    performance = make_sale()
    live = make_hold(performance=performance, labels=["A1"])
    age_hold(make_hold(performance=performance, labels=["A2"]), minutes=9)
    make_paid_order(hold=make_hold(performance=performance, labels=["A3"]))
    Place.objects.filter(pk=performance.places.last().pk).update(state="blocked")
    return live


@pytest.mark.parametrize("name", [*PLACE_LOCKS, *HOLD_LOCKS])
def test_every_lock_is_one_statement_in_primary_key_order(name):
    table = "bookings_place" if name in PLACE_LOCKS else "bookings_hold"
    text = getattr(locks, name)(*(PLACE_LOCKS | HOLD_LOCKS)[name]).text
    _before, found, ordered = text.rpartition(f'ORDER BY "{table}"."id" ASC')
    assert found
    assert f'FOR UPDATE OF "{table}"' in ordered
    assert ordered.endswith("SKIP LOCKED") == (name in SKIPPING)


def test_related_rows_are_read_with_a_row(django_assert_num_queries):
    place = make_sale(sections=[standing()]).places.first()
    places = Place.objects.filter(pk=Param("place")).select_related("section__plan", "hold")
    query = PreparedQuery(places)
    with django_assert_num_queries(1):
        found = query.first(place=place.pk)
        assert (found.section.plan.name, found.hold) == ("Hall", None)


def test_states_and_limits_are_literals_where_partial_indexes_need_them():
    text = locks._open_standing(7).text
    assert "\"state\" IN ('available', 'held')" in text
    assert "LIMIT 7 " in text


def test_open_seats_are_those_of_open_at(sale):
    now = timezone.now()
    found = locks.lock_open_seats(
        performance_id=sale.performance_id, seat_ids=seats_of(sale.performance), now=now
    )
    assert found == list(Place.objects.open_at(now).order_by("pk"))
    assert len(found) == 50 - 3


def test_held_places_are_those_of_held_by(sale):
    expected = list(Place.objects.held_by(sale))
    assert held_places(sale) == expected
    assert locks.lock_held_places(sale, timezone.now()) == expected
    assert len(expected) == 1


def test_rows_are_read_with_all_their_fields(sale):
    (place,) = held_places(sale)
    assert place.get_deferred_fields() == set()
    assert place.held_until == sale.expires_at


def test_an_order_is_read_as_by_the_model():
    order = make_paid_order(hold=make_hold(labels=["A1", "A2", "A3"]))
    first = Ticket.objects.filter(pk=order.tickets.first().pk)
    first.update(status="cancelled", cancelled_at=timezone.now())
    assert find_order(order.reference) == order and find_order("NO-SUCH") is None
    assert find_order(order.reference).quote == Order.objects.get(pk=order.pk).quote
    assert tickets_of_order(order) == list(order.in_order())
    assert [ticket.is_valid for ticket in tickets_of_order(order)] == [True, True, False]


def test_the_pending_change_is_read():
    order = make_paid_order()
    assert pending_change(order) is None
    for number, status in enumerate(["dropped", "pending", "applied"], start=1):
        reference = f"{order.reference}-{number}"
        TicketChange.objects.create(
            order=order, number=number, reference=reference, status=status, lines=[], difference=1
        )
    assert pending_change(order) == order.changes.pending().get()


def test_a_hold_is_locked_by_the_reference_of_its_order():
    order = make_paid_order()
    assert locks.lock_hold(reference=order.reference) == order.hold
    with pytest.raises(Hold.DoesNotExist):
        locks.lock_hold(reference="NO-SUCH")


@pytest.mark.django_db(transaction=True)
def test_locks_need_a_transaction():
    hold = make_hold()
    with transaction.atomic():
        assert locks.lock_hold(pk=hold.pk) == hold
    with pytest.raises(TransactionManagementError):
        locks.lock_hold(pk=hold.pk)
