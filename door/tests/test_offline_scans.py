"""Scans that a device sends later: recorded once, with their time, and never lost."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import make_user
from bookings.aftersale.cancellation import cancel_tickets
from bookings.documents.ticket_codes import code_of
from bookings.models import LedgerEntry, Ticket
from door.check_ins import undo_check_in
from door.models import CheckIn

from .factories import HTMX, door_client, make_performance_tonight, make_ticket

pytestmark = pytest.mark.django_db(transaction=True)

CLOCK = 1_700_000_000_000  # The device's clock is three years slow, which does not matter.


@pytest.fixture
def dora():
    return door_client()


def send(client, ticket, performance_id=None, **fields):
    """Send a scan that was made half an hour ago."""
    fields = {
        "text": code_of(ticket),
        "scan": "a1",
        "door": "North door",
        "scanned_at": CLOCK,
        "sent_at": CLOCK + 30 * 60 * 1000,
        **fields,
    }
    return client.post(f"/door/{performance_id or ticket.performance_id}/scans/", fields)


def make_sold_an_hour_ago(ticket):
    Ticket.objects.update(created_at=timezone.now() - timedelta(hours=1))
    return ticket


def test_it_records_when_a_scan_was_made_and_received(dora):
    ticket = make_sold_an_hour_ago(make_ticket())
    answer = send(dora, ticket)
    assert answer.status_code == 200
    assert answer.json() == {"scan": "a1", "outcome": "recorded"}
    row = CheckIn.objects.live().get()
    assert (row.ticket, row.scan, row.door) == (ticket, "a1", "North door")
    assert abs(row.received_at - timezone.now()) < timedelta(minutes=1)
    assert row.received_at - row.at == pytest.approx(
        timedelta(minutes=30), abs=timedelta(seconds=5)
    )
    entry = LedgerEntry.objects.get(kind=LedgerEntry.Kind.CHECK_IN)
    assert entry.detail["scanned_at"] == row.at.isoformat()


@pytest.mark.parametrize(
    "sent_at", [CLOCK - 60_000, CLOCK + 90 * 24 * 3600 * 1000, ""], ids=["later", "old", "none"]
)
def test_an_impossible_time_is_replaced_by_the_time_received(dora, sent_at):
    send(dora, make_sold_an_hour_ago(make_ticket()), sent_at=sent_at)
    row = CheckIn.objects.live().get()
    assert row.at == row.received_at


def test_no_scan_is_received_before_it_was_made(dora):
    send(dora, make_ticket())
    with pytest.raises(IntegrityError), transaction.atomic():
        CheckIn.objects.update(at=timezone.now() + timedelta(minutes=5))


def test_sent_twice_it_is_recorded_once_even_if_undone_or_cancelled_since(dora):
    ticket = make_ticket()
    send(dora, ticket)
    assert send(dora, ticket).json()["outcome"] == "recorded"
    row = CheckIn.objects.select_related("ticket__order").get()
    undo_check_in(check_in=row, by=row.by)
    assert send(dora, ticket).json()["outcome"] == "recorded"
    assert not CheckIn.objects.live().exists() and CheckIn.objects.count() == 1
    cancel_tickets(order=ticket.order, actor="staff:1", by_staff=True)
    assert send(dora, ticket).json()["outcome"] == "recorded"


def test_an_id_used_for_another_ticket_is_refused(dora):
    performance = make_performance_tonight()
    first, second = (make_ticket(performance, labels=[label]) for label in ("A1", "A3"))
    send(dora, first)
    answer = send(dora, second)
    assert answer.status_code == 422 and answer.json()["outcome"] == "refused"
    assert CheckIn.objects.get().ticket == first


def test_every_refusal_has_the_scan_id_and_the_reason(dora):
    ticket = make_ticket()
    send(dora, ticket)
    again = send(dora, ticket, scan="b2")
    assert again.status_code == 409
    said = again.json()
    assert (said["scan"], said["outcome"], said["label"]) == ("b2", "refused", ticket.label)
    assert said["title"] == "Already checked in" and "North door" in said["text"]
    for more, status in [
        ({"text": "nonsense"}, 409),
        ({"text": ""}, 422),
        ({"sent_at": "yesterday"}, 422),
        ({"performance_id": ticket.performance_id + 1000}, 404),
    ]:
        answer = send(dora, ticket, **{"scan": "c3", **more})
        assert (answer.status_code, answer.json()["scan"]) == (status, "c3"), more
        assert answer.json()["outcome"] == "refused" and answer.json()["text"]


def test_logged_out_and_forbidden_are_errors_in_json(dora):
    ticket = make_ticket()
    signed_out = send(Client(), ticket)
    assert (signed_out.status_code, signed_out.json()) == (401, {"outcome": "signed_out"})
    stranger = Client()
    stranger.force_login(make_user())
    for client in (stranger, door_client(Role.FINANCE)):
        assert send(client, ticket).status_code == 403
    assert dora.get(f"/door/{ticket.performance_id}/scans/").status_code == 405
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize("page", ["check", "undo", "count", "scans"])
def test_a_script_whose_session_has_ended_is_not_redirected_to_log_in(page):
    path = f"/door/{make_performance_tonight().pk}/{page}/"
    client = Client()
    answer = client.get(path, **HTMX) if page == "count" else client.post(path, **HTMX)
    assert answer.status_code == 401


def test_a_response_repeats_the_scan_id(dora):
    ticket = make_ticket()
    url = f"/door/{ticket.performance_id}/check/"
    for text in (code_of(ticket), code_of(ticket), "alice", "nobody", ""):
        assert dora.post(url, {"text": text, "scan": "a1"}, **HTMX)["X-Scan"] == "a1"
    assert "X-Scan" not in dora.post(url, {"text": "x", "scan": "a\r\nb"}, **HTMX)
