"""Move tickets to other places, never to a place that is taken."""

from decimal import Decimal

import pytest

from bookings.exceptions import NoSuchPlace, NoValidTickets, PlacesUnavailable
from bookings.ledger.audit import audit
from bookings.models import LedgerEntry, Order, Place, Ticket
from bookings.staff_operations.blocking import block_places
from bookings.staff_operations.place_search import find_place
from bookings.staff_operations.ticket_moves import move_tickets
from core.testing.races import race
from emails.models import OutboxEmail
from emails.rendering import preview

from .factories import make_hold, make_paid_order, make_sale, seated, seats_of, standing

pytestmark = pytest.mark.django_db(transaction=True)


def place(performance, label):
    return Place.objects.get(performance=performance, seat=seats_of(performance, label)[0])


def move(order, **moves):
    """Move tickets by the label of their seat: `A1="C1"`."""
    tickets = {place(order.performance, old): new for old, new in moves.items()}
    return move_tickets(
        order=order,
        moves={
            order.tickets.get(place=old).pk: place(order.performance, new).pk
            for old, new in tickets.items()
        },
        actor="staff:1",
        reason="A pillar.",
    )


def test_the_new_place_is_sold_and_the_old_one_available():
    order = make_paid_order()
    old = order.tickets.get(label__endswith="seat 1")
    move(order, A1="C7")
    new = Ticket.objects.get(pk=old.pk)
    assert new.label == "Stalls, row C, seat 7" and new.is_valid
    assert new.version == old.version + 1 and new.secret != old.secret
    assert place(order.performance, "A1").state == "available"
    assert place(order.performance, "C7").state == "sold"
    entry = LedgerEntry.objects.get(kind="move")
    assert entry.detail["reason"] == "A pillar." and entry.detail["difference"] == "0.00"
    assert not audit()


def test_the_customer_gets_new_tickets():
    order = make_paid_order()
    Order.objects.update(language="de")
    order.refresh_from_db()
    move(order, A1="C7")
    message = preview(OutboxEmail.objects.get(kind="tickets_moved"))
    # Staff read English.
    assert "Stalls, Reihe C, Platz 7" in message.text
    kinds = [kind for _name, _file, kind in message.attachments]
    assert kinds == ["application/pdf", "text/calendar"]


def test_two_tickets_can_swap_places():
    order = make_paid_order()
    move(order, A1="A2", A2="A1")
    assert order.tickets.valid().count() == 2
    assert not audit()


def test_the_price_difference_is_logged_and_the_price_paid_stays():
    sections = [seated(name="Stalls"), seated(name="Circle", category="Front", rows=2)]
    performance = make_sale(sections=sections, prices={"Regular": (45, 5), "Front": (60, 5)})
    order = make_paid_order(hold=make_hold(performance=performance, labels=["D1"]))
    ticket = order.tickets.get()
    new = find_place(performance, "circle a 1")
    move_tickets(order=order, moves={ticket.pk: new.pk}, actor="staff:1", reason="Kind.")
    ticket.refresh_from_db()
    assert (ticket.price, ticket.category) == (Decimal("45.00"), "Front")
    assert LedgerEntry.objects.get(kind="move").detail["difference"] == "15.00"
    assert not audit()


@pytest.mark.parametrize("taken", ["held", "sold"])
def test_nothing_moves_when_one_place_is_unavailable(taken):
    order = make_paid_order()
    hold = make_hold(performance=order.performance, labels=["C7"])
    if taken == "sold":
        make_paid_order(hold=hold, email="bob@example.org")
    with pytest.raises(PlacesUnavailable) as refused:
        move(order, A1="C7", A2="C8")
    assert refused.value.unavailable == ["Stalls, row C, seat 7"]
    assert place(order.performance, "C8").state == "available"
    assert not LedgerEntry.objects.filter(kind="move").exists()
    assert not audit()


def test_a_ticket_can_move_to_a_blocked_place():
    order = make_paid_order()
    blocked = place(order.performance, "C7")
    block_places(performance=order.performance, place_ids=[blocked.pk], actor="staff:1")
    move(order, A1="C7")
    assert not audit()


def test_a_ticket_cannot_move_to_another_performance():
    order, other = make_paid_order(), make_sale()
    ticket = order.tickets.first()
    foreign = Place.objects.filter(performance=other).first()
    with pytest.raises(PlacesUnavailable):
        move_tickets(order=order, moves={ticket.pk: foreign.pk}, actor="staff:1", reason="x")


def test_moving_twice_moves_once():
    order = make_paid_order()
    moves = {order.tickets.first().pk: place(order.performance, "C7").pk}
    for _ in range(2):
        move_tickets(order=order, moves=moves, actor="staff:1", reason="x")
    assert LedgerEntry.objects.filter(kind="move").count() == 1
    assert OutboxEmail.objects.filter(kind="tickets_moved").count() == 1


def test_it_needs_a_ticket():
    order = make_paid_order()
    with pytest.raises(NoValidTickets):
        move_tickets(order=order, moves={0: 1}, actor="staff:1", reason="x")


def test_of_two_orders_moving_to_one_place_one_succeeds():
    first = make_paid_order()
    hold = make_hold(performance=first.performance, labels=["B1"])
    second = make_paid_order(hold=hold, email="bob@example.org")
    outcomes = race(lambda: move(first, A1="C7"), lambda: move(second, B1="C7"))
    assert [type(outcome.error) for outcome in outcomes].count(PlacesUnavailable) == 1
    assert [outcome.error for outcome in outcomes].count(None) == 1
    assert not audit()


@pytest.mark.parametrize("name", ["Stalls C 7", "stalls, row c, seat 7", "C7", "stalls c7"])
def test_a_place_is_found_by_its_usual_names(name):
    performance = make_sale(sections=[seated(), standing()])
    assert find_place(performance, name) == place(performance, "C7")


def test_a_standing_place_is_any_available_one_not_yet_named():
    performance = make_sale(sections=[seated(), standing(capacity=3)])
    first = find_place(performance, "floor")
    assert first.seat_id is None
    assert find_place(performance, "Floor", excluding=[first.pk]) != first


@pytest.mark.parametrize("name", ["Z99", "", "A1 please", "stalls"])
def test_an_unknown_name_is_refused(name):
    with pytest.raises(NoSuchPlace):
        find_place(make_sale(), name)


def test_an_ambiguous_name_is_refused():
    performance = make_sale(sections=[seated(name="Left"), seated(name="Right")])
    with pytest.raises(NoSuchPlace):
        find_place(performance, "A1")
