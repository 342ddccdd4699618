"""Scanning tickets while staff move them to another order."""

import pytest

from accounts.roles import Role
from accounts.tests.factories import make_staff
from bookings.aftersale.cancellation import checked_in_tickets
from bookings.documents.ticket_codes import code_of
from bookings.ledger.audit import audit
from bookings.models import Order, Ticket
from bookings.staff_operations.order_transfers import merge_orders, split_order
from bookings.tests.factories import make_hold, make_paid_order
from core.testing.races import race
from door import check_ins
from door.check_ins import check_in, undo_check_in
from door.exceptions import TicketReissued

from .factories import make_ticket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ticket():
    return make_ticket(labels=("A1", "A2"))


@pytest.fixture
def door(db):
    return make_staff(Role.DOOR)


def scan(ticket, code, door):
    return check_in(performance_id=ticket.performance_id, door="Main", by=door, code=code)


def split(ticket):
    return split_order(
        order=ticket.order,
        ticket_ids=[ticket.pk],
        name="Bob Baker",
        email="bob@example.org",
        actor="staff:1",
        reason="A friend.",
        request_key="k",
    )


def test_a_split_and_a_scan_at_once_agree_about_who_is_inside(ticket, door):
    code = code_of(ticket)
    splitting, scanning = race(lambda: split(ticket), lambda: scan(ticket, code, door))
    assert splitting.error is None
    new = Order.objects.get(pk=splitting.result.pk)
    if scanning.error is None:  # First scanned, then split: inside, in the new order.
        assert checked_in_tickets(new) == {ticket.pk}
    else:
        assert isinstance(scanning.error, TicketReissued)
        assert checked_in_tickets(new) == set()
    assert audit() == []


def test_after_a_split_the_old_code_is_refused(ticket, door):
    code = code_of(ticket)
    split(ticket)
    with pytest.raises(TicketReissued):
        scan(ticket, code, door)


def test_without_reading_the_ticket_again_the_old_code_would_pass(ticket, door, monkeypatch):
    """Control: the ticket is read again under the lock, which is what refuses its old code."""
    stale, code = Ticket.objects.select_related("order", "place").get(pk=ticket.pk), code_of(ticket)
    split(ticket)
    monkeypatch.setattr(check_ins, "_locked", lambda _ticket: stale)
    assert scan(ticket, code, door).ticket_id == ticket.pk


def test_a_merged_ticket_is_scanned_and_undone_in_its_new_order(ticket, door):
    target = make_paid_order(
        hold=make_hold(performance=ticket.performance, labels=["B1"]), email="b@example.org"
    )
    found = scan(ticket, code_of(ticket), door)
    merge_orders(source=ticket.order, target=target, actor="staff:1", reason="Twice.")
    assert checked_in_tickets(target) == {ticket.pk}
    undo_check_in(check_in=found, by=door)
    assert checked_in_tickets(target) == set()
    scan(ticket, code_of(ticket), door)
    assert checked_in_tickets(target) == {ticket.pk}
    assert audit() == []
