"""Constraints of the database, independent of the code."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from bookings.models import Hold, LedgerEntry, Order, Place, Ticket

from .factories import make_hold, make_order, make_paid_order, make_sale

pytestmark = pytest.mark.django_db


def refused(constraint):
    return pytest.raises(IntegrityError, match=constraint)


def test_it_rejects_a_second_valid_ticket_for_a_place():
    ticket = make_paid_order().tickets.first()
    ticket.pk, ticket.secret = None, "other"
    with refused("one_valid_ticket_for_a_place"):
        ticket.save(force_insert=True)


def test_it_accepts_a_new_ticket_for_a_place_whose_ticket_was_cancelled():
    ticket = make_paid_order().tickets.first()
    Ticket.objects.filter(pk=ticket.pk).update(status="cancelled", cancelled_at=timezone.now())
    ticket.pk, ticket.secret = None, "other"
    ticket.save(force_insert=True)
    assert Ticket.objects.valid().filter(place=ticket.place).count() == 1


def test_it_rejects_a_seat_twice_in_a_performance():
    place = make_sale().places.first()
    place.pk = None
    with refused("seat_is_one_place_of_a_performance"):
        place.save(force_insert=True)


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "held"},
        {"state": "held", "held_until": timezone.now()},
        {"state": "available", "held_until": timezone.now()},
        {"state": "sold", "held_until": timezone.now()},
    ],
)
def test_it_rejects_an_inconsistent_state(fields):
    performance = make_sale()
    with refused("only_held_places_have_a_hold_and_a_time"):
        Place.objects.filter(performance=performance).update(**fields)


@pytest.mark.parametrize("state", ["available", "sold", "blocked"])
def test_it_rejects_a_hold_on_a_place_that_is_not_held(state):
    hold = make_hold()
    with refused("only_held_places_have_a_hold_and_a_time"):
        Place.objects.filter(hold=hold).update(state=state, held_until=None)


def test_it_rejects_an_unknown_state():
    performance = make_sale()
    with refused("place_state_is_known"):
        Place.objects.filter(performance=performance).update(state="lost")


def test_it_rejects_a_second_open_hold_of_a_visitor():
    hold = make_hold()
    hold.pk, hold.token = None, "other"
    with refused("one_open_hold_by_visitor_and_performance"):
        hold.save(force_insert=True)


def test_it_rejects_a_hold_beyond_its_hard_cap():
    hold = make_hold()
    with refused("hold_stays_under_its_hard_cap"):
        Hold.objects.filter(pk=hold.pk).update(expires_at=hold.expires_at + timedelta(hours=2))


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("order_total_is_not_negative", {"total": -1}),
        ("paid_order_has_its_time", {"status": "paid"}),
        ("paid_order_has_its_time", {"paid_at": timezone.now()}),
        ("reserved_order_has_its_end", {"status": "reserved"}),
        (
            "reserved_order_has_its_end",
            {"status": "reserved", "payable_until": timezone.now(), "total": 0},
        ),
        ("order_email_is_lower_case", {"email": "Alice@example.org"}),
        ("order_details_have_a_limit", {"details": {"phone": "0" * 40_000}}),
    ],
)
def test_it_rejects_an_inconsistent_order(constraint, fields):
    order = make_order()
    with refused(constraint):
        Order.objects.filter(pk=order.pk).update(**fields)


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("cancelled_ticket_has_its_time", {"status": "cancelled"}),
        ("cancelled_ticket_has_its_time", {"cancelled_at": timezone.now()}),
        ("ticket_fee_is_a_part_of_its_price", {"fee": 1000}),
        ("ticket_fee_is_a_part_of_its_price", {"fee": -1}),
    ],
)
def test_it_rejects_an_inconsistent_ticket(constraint, fields):
    order = make_paid_order()
    with refused(constraint):
        Ticket.objects.filter(order=order).update(**fields)


@pytest.mark.parametrize(
    "statement", ["UPDATE bookings_ledgerentry SET actor = 'x'", "DELETE FROM bookings_ledgerentry"]
)
def test_it_rejects_changes_of_the_log(statement):
    make_hold()
    assert LedgerEntry.objects.exists()
    refusal = pytest.raises(IntegrityError, match="append-only")
    with refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
