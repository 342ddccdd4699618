"""Reissue tickets: new codes for the same places."""

import pytest

from bookings.aftersale.cancellation import cancel_tickets
from bookings.aftersale.resend import reissue_tickets
from bookings.documents.ticket_codes import code_of
from bookings.exceptions import NoValidTickets
from bookings.models import LedgerEntry
from emails.models import OutboxEmail

from .factories import make_paid_order

pytestmark = pytest.mark.django_db(transaction=True)


def test_every_ticket_gets_a_new_code():
    order = make_paid_order()
    before = {ticket.pk: (code_of(ticket), ticket.secret) for ticket in order.tickets.all()}
    reissue_tickets(order=order, actor="staff:1", reason="Lost telephone")
    for ticket in order.tickets.all():
        code, secret = before[ticket.pk]
        assert ticket.version == 2 and ticket.is_valid
        assert code_of(ticket) != code and ticket.secret != secret


def test_other_tickets_do_not_change():
    order = make_paid_order()
    first, second = order.tickets.all()
    reissue_tickets(order=order, actor="staff:1", ticket_ids=[first.pk])
    assert [ticket.version for ticket in order.tickets.order_by("pk")] == [2, 1]
    entry = LedgerEntry.objects.get(kind=LedgerEntry.Kind.REISSUE)
    assert entry.places == [first.place_id] and entry.actor == "staff:1"


def test_it_logs_the_reason_and_sends_the_new_codes():
    order = make_paid_order()
    reissue_tickets(order=order, actor="staff:1", reason="Lost telephone")
    assert LedgerEntry.objects.get(kind="reissue").detail["reason"] == "Lost telephone"
    assert OutboxEmail.objects.filter(kind="order_confirmation").count() == 2


def test_it_refuses_when_no_ticket_is_valid():
    order = make_paid_order()
    cancel_tickets(order=order, actor="staff:1", by_staff=True)
    with pytest.raises(NoValidTickets):
        reissue_tickets(order=order, actor="staff:1")
    assert not LedgerEntry.objects.filter(kind="reissue").exists()
