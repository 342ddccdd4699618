"""Check tickets in, once each."""

import base64
import secrets

import pytest
from django.db import IntegrityError

from accounts.roles import Role
from accounts.tests.factories import make_staff
from bookings.aftersale.cancellation import cancel_tickets
from bookings.aftersale.resend import reissue_tickets
from bookings.documents.ticket_codes import code_of
from bookings.exceptions import CannotCancel
from bookings.models import LedgerEntry
from bookings.sale import locks
from bookings.tests.factories import make_sale
from core.testing.races import losers, meet_after, race, winners
from door import check_ins
from door.check_ins import check_in, undo_check_in
from door.exceptions import (
    AlreadyCheckedIn,
    ForgedTicket,
    NothingToUndo,
    TicketCancelled,
    TicketReissued,
    UnknownTicket,
    WrongPerformance,
)
from door.models import CheckIn

from .factories import make_ticket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def dora():
    return make_staff(Role.DOOR)


def scan(ticket, by, door="Main door", code=None, performance=None, **more):
    performance_id = performance.pk if performance else ticket.performance_id
    return check_in(
        performance_id=performance_id, door=door, by=by, code=code or code_of(ticket), **more
    )


def test_it_checks_in_a_valid_ticket_and_writes_the_log(dora):
    ticket = make_ticket()
    row = scan(ticket, dora)
    assert CheckIn.objects.live().get() == row
    assert (row.ticket, row.door, row.by) == (ticket, "Main door", dora)
    entry = LedgerEntry.objects.get(kind=LedgerEntry.Kind.CHECK_IN)
    assert (entry.actor, entry.order) == (f"staff:{dora.pk}", ticket.order.reference)
    assert entry.places == [ticket.place_id]
    assert entry.detail == {"ticket": ticket.pk, "door": "Main door"}


def test_it_says_when_and_where_a_ticket_was_checked_in(dora):
    ticket = make_ticket()
    first = scan(ticket, dora, door="North door")
    with pytest.raises(AlreadyCheckedIn) as refusal:
        scan(ticket, dora)
    assert refusal.value.check_in == first
    at = first.at.astimezone(ticket.performance.venue.zone)
    assert f"{at:%H:%M:%S}" in str(refusal.value) and "North door" in str(refusal.value)
    assert CheckIn.objects.count() == 1


def test_it_says_which_performance_a_ticket_is_for(dora):
    ticket, tonight = make_ticket(), make_sale()
    with pytest.raises(WrongPerformance) as refusal:
        scan(ticket, dora, performance=tonight)
    assert ticket.performance.show.title in str(refusal.value)
    assert not CheckIn.objects.exists()


def test_it_refuses_a_cancelled_ticket(dora):
    ticket = make_ticket()
    cancel_tickets(order=ticket.order, actor="staff:1", by_staff=True)
    with pytest.raises(TicketCancelled):
        scan(ticket, dora)


def test_it_refuses_the_old_code_of_a_reissued_ticket_and_accepts_the_new(dora):
    ticket = make_ticket()
    old = code_of(ticket)
    reissue_tickets(order=ticket.order, actor="staff:1")
    with pytest.raises(TicketReissued):
        scan(ticket, dora, code=old)
    ticket.refresh_from_db()
    assert scan(ticket, dora).is_live


def test_it_refuses_a_forged_code(dora):
    ticket = make_ticket()
    code = code_of(ticket)
    raw = base64.b32decode(code + "=" * (-len(code) % 8))
    forged = base64.b32encode(raw[:-64] + secrets.token_bytes(64)).rstrip(b"=").decode()
    with pytest.raises(ForgedTicket):
        scan(ticket, dora, code=forged)


def test_it_refuses_an_unknown_ticket(dora, settings):
    ticket = make_ticket()
    with pytest.raises(UnknownTicket):
        scan(ticket, dora, code="https://example.org/")
    ticket.pk += 1000  # Signed by this site, but unknown, as after restoring a backup.
    with pytest.raises(UnknownTicket):
        scan(ticket, dora)


def test_the_same_scan_sent_twice_checks_in_once(dora):
    ticket = make_ticket()
    first = scan(ticket, dora, scan="a1")
    assert scan(ticket, dora, scan="a1") == first
    with pytest.raises(AlreadyCheckedIn):
        scan(ticket, dora, scan="b2")
    assert CheckIn.objects.count() == 1


def test_a_ticket_can_be_checked_in_again_after_undo(dora):
    ticket = make_ticket()
    row = scan(ticket, dora)
    assert not undo_check_in(check_in=row, by=dora).is_live
    assert LedgerEntry.objects.filter(kind="check_in", detail__undone=True).count() == 1
    with pytest.raises(NothingToUndo):
        undo_check_in(check_in=row, by=dora)
    assert scan(ticket, dora).is_live
    assert CheckIn.objects.count() == 2


def test_a_checked_in_ticket_cannot_be_cancelled_by_the_customer(dora):
    ticket = make_ticket(make_sale(), labels=["A1", "A2"])  # In time to cancel.
    row = scan(ticket, dora)
    with pytest.raises(CannotCancel):
        cancel_tickets(order=ticket.order, actor="visitor:x")
    other = ticket.order.tickets.exclude(pk=ticket.pk).get()
    cancel_tickets(order=ticket.order, actor="visitor:x", ticket_ids=[other.pk])
    undo_check_in(check_in=row, by=dora)
    cancel_tickets(order=ticket.order, actor="visitor:x")
    assert not ticket.order.tickets.valid().exists()


def test_of_two_concurrent_doors_one_checks_in(dora):
    ticket = make_ticket()
    doors = ["North", "South", "East", "West"]
    outcomes = race(*[lambda door=door: scan(ticket, dora, door=door) for door in doors])
    assert len(winners(outcomes)) == 1
    assert len(losers(outcomes, AlreadyCheckedIn)) == 3
    assert CheckIn.objects.live().count() == 1
    assert LedgerEntry.objects.filter(kind="check_in").count() == 1


def test_without_the_lock_only_the_constraint_stops_the_second_door(dora, monkeypatch):
    """The control: the race is real, and only the constraint prevents it."""
    ticket = make_ticket()
    monkeypatch.setattr(locks, "lock_hold", lambda **_: None)
    meet_after(monkeypatch, check_ins, "_live_check_in", 2)
    outcomes = race(*[lambda: scan(ticket, dora) for _ in range(2)])
    assert len(winners(outcomes)) == 1
    assert len(losers(outcomes, IntegrityError)) == 1
    assert CheckIn.objects.live().count() == 1


def test_of_concurrent_cancellation_and_check_in_one_succeeds(dora):
    ticket = make_ticket()
    outcomes = race(
        lambda: scan(ticket, dora),
        lambda: cancel_tickets(order=ticket.order, actor="staff:1", by_staff=True),
    )
    # Whichever is first, a cancelled ticket is never checked in.
    losers(outcomes, TicketCancelled)
    ticket.refresh_from_db()
    assert not ticket.is_valid
