import uuid

import pytest

from api.tests.callers import Program, with_key
from bookings.papers.codes import code_of
from bookings.tests.factories import make_paid_order, make_sale

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
    assert again.json()["type"] == "urn:concert:problem:already-in"
    assert door.post("/tickets/verify", {"code": code}).json()["reason"] == "already-in"


def test_it_refuses_another_evening_and_forged_codes():
    order, other = make_paid_order(), make_sale()
    code = code_of(order.tickets.first())
    door = with_key("door")
    wrong = door.post(f"/performances/{other.pk}/check-ins", {"code": code})
    assert wrong.json()["type"] == "urn:concert:problem:wrong-performance"
    forged = door.post("/tickets/verify", {"code": "nonsense"})
    assert forged.status_code == 422


def test_scanners_may_check_codes_by_themselves():
    assert Program().get("/tickets/public-key").json()["crv"] == "Ed25519"
