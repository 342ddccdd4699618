import uuid
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from api.tests.callers import Program, with_key
from bookings.documents.ticket_codes import code_of
from bookings.models import Ticket
from bookings.tests.factories import make_hold, make_paid_order, make_sale

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_verifies_and_checks_in_once_and_recognises_the_same_scan():
    order = make_paid_order()
    code = code_of(order.tickets.first())
    door, pk = with_key("door"), order.performance_id
    assert door.post("/tickets/verify", {"code": code}).json()["reason"] == "ok"
    key = {"Idempotency-Key": str(uuid.uuid4())}
    first = door.post(f"/performances/{pk}/check-ins", {"code": code, "door": "North"}, **key)
    assert first.status_code == 200, first.content
    same = door.post(f"/performances/{pk}/check-ins", {"code": code, "door": "North"}, **key)
    assert same.content == first.content
    again = door.post(f"/performances/{pk}/check-ins", {"code": code, "door": "South"})
    assert again.json()["type"] == "urn:concert:problem:already-checked-in"
    assert door.post("/tickets/verify", {"code": code}).json()["reason"] == "already-checked-in"


def test_it_refuses_another_performance_and_forged_codes():
    order, other = make_paid_order(), make_sale()
    code = code_of(order.tickets.first())
    door = with_key("door")
    wrong = door.post(f"/performances/{other.pk}/check-ins", {"code": code})
    assert wrong.json()["type"] == "urn:concert:problem:wrong-performance"
    forged = door.post("/tickets/verify", {"code": "nonsense"})
    assert forged.status_code == 422


def test_scanners_can_verify_codes_offline():
    assert Program().get("/tickets/public-key").json()["keys"][0]["crv"] == "Ed25519"


def test_a_scan_can_be_sent_later_with_the_time_it_was_made():
    order = make_paid_order()
    first, second = order.tickets.order_by("pk")
    now = timezone.now()
    Ticket.objects.update(created_at=now - timedelta(hours=1))
    path, door = f"/performances/{order.performance_id}/check-ins", with_key("door")
    made = now - timedelta(minutes=20)
    said = door.post(path, {"code": code_of(first), "scanned_at": made.isoformat()}).json()
    assert datetime.fromisoformat(said["scanned_at"]) - made < timedelta(seconds=1)
    assert datetime.fromisoformat(said["received_at"]) >= now
    guessed = {"code": code_of(second), "scanned_at": "2026-12-04T20:00:00"}
    assert door.post(path, guessed).status_code == 422


@pytest.mark.parametrize(("hours", "warns"), [(2, False), (48, True)])
def test_a_ticket_for_another_date_gets_a_warning(hours, warns):
    hold = make_hold(performance=make_sale(starts_in=timedelta(hours=hours)))
    order = make_paid_order(hold=hold)
    path = f"/performances/{order.performance_id}/check-ins"
    said = with_key("door").post(path, {"code": code_of(order.tickets.first())}).json()
    assert said["wrong_date"] is warns
