import uuid
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from api.tests.callers import Program, with_key
from bookings.documents.ticket_codes import code_of
from bookings.models import Ticket
from bookings.tests.factories import make_hold, make_paid_order, make_sale

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_verifies_lets_in_once_and_knows_the_same_scan_again():
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


def test_it_refuses_another_evening_and_forged_codes():
    order, other = make_paid_order(), make_sale()
    code = code_of(order.tickets.first())
    door = with_key("door")
    wrong = door.post(f"/performances/{other.pk}/check-ins", {"code": code})
    assert wrong.json()["type"] == "urn:concert:problem:wrong-performance"
    forged = door.post("/tickets/verify", {"code": "nonsense"})
    assert forged.status_code == 422


def test_scanners_may_check_codes_by_themselves():
    assert Program().get("/tickets/public-key").json()["keys"][0]["crv"] == "Ed25519"


def test_a_program_may_send_a_scan_later_with_the_time_at_which_it_was_made():
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
def test_a_program_is_warned_of_another_date(hours, warns):
    hold = make_hold(performance=make_sale(starts_in=timedelta(hours=hours)))
    order = make_paid_order(hold=hold)
    path = f"/performances/{order.performance_id}/check-ins"
    said = with_key("door").post(path, {"code": code_of(order.tickets.first())}).json()
    assert said["wrong_date"] is warns
