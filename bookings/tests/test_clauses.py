"""The hand-written words mean what the querysets mean."""

import pytest
from django.utils import timezone

from bookings.models import Order, Place, Ticket, TicketChange
from bookings.sale.clauses import HELD, OPEN, PLACES
from bookings.sale.statements import find_order, read_tickets, read_waiting_change
from core.database.rows import fetch

from .factories import age_hold, make_hold, make_paid_order, make_sale

pytestmark = pytest.mark.django_db


@pytest.fixture
def sale():
    """A place in each state there is: free, held, lapsed, sold, blocked."""
    performance = make_sale()
    live = make_hold(performance=performance, labels=["A1"])
    age_hold(make_hold(performance=performance, labels=["A2"]), minutes=9)
    make_paid_order(hold=make_hold(performance=performance, labels=["A3"]))
    Place.objects.filter(pk=performance.places.last().pk).update(state="blocked")
    return live


def by_hand(clause, **values):
    return fetch(Place, f"{PLACES}{clause} ORDER BY id", values)


@pytest.mark.parametrize("now", [None, timezone.now()])
def test_open_is_what_open_at_says(sale, now):
    assert by_hand(OPEN, now=now) == list(Place.objects.open_at(now).order_by("pk"))


@pytest.mark.parametrize("now", [None, timezone.now()])
def test_held_is_what_held_by_says(sale, now):
    expected = list(Place.objects.held_by(sale, now))
    assert by_hand(HELD, hold=sale.pk, now=now) == expected
    assert len(expected) == 1


def test_rows_are_read_with_all_their_fields(sale):
    place = by_hand(HELD, hold=sale.pk, now=None)[0]
    assert place.get_deferred_fields() == set()
    assert place.held_until == sale.expires_at


def test_an_order_is_read_as_its_model_tells_it():
    order = make_paid_order(hold=make_hold(labels=["A1", "A2", "A3"]))
    first = Ticket.objects.filter(pk=order.tickets.first().pk)
    first.update(status="cancelled", cancelled_at=timezone.now())
    assert find_order(order.reference) == order and find_order("NO-SUCH") is None
    assert find_order(order.reference).quote == Order.objects.get(pk=order.pk).quote
    assert read_tickets(order) == list(order.in_order())
    assert [ticket.is_valid for ticket in read_tickets(order)] == [True, True, False]


def test_the_change_that_waits_is_the_pending_one():
    order = make_paid_order()
    assert read_waiting_change(order) is None
    for number, status in enumerate(["dropped", "pending", "applied"], start=1):
        reference = f"{order.reference}-{number}"
        TicketChange.objects.create(
            order=order, number=number, reference=reference, status=status, lines=[], difference=1
        )
    assert read_waiting_change(order) == order.changes.pending().get()
