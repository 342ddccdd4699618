import pytest

from api.tests.callers import Program
from bookings.tests.factories import make_sale
from waitingroom.tests.factories import advance, make_room

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_guest_queues_enters_and_buys():
    sale = make_sale()
    room = make_room(performance=sale, lanes=[("VIP", 3, "gold")])
    guest = Program()
    path = f"/performances/{sale.pk}"
    first = guest.post(f"{path}/holds", {"best": 2})
    assert first.status_code == 403
    assert first.json()["type"] == "urn:concert:problem:queue-required"

    joined = guest.post(f"{path}/queue", {"code": "gold"})
    assert joined.status_code == 201, joined.content
    guest.headers["X-Visitor"] = joined.json()["visitor"]
    place = joined.json()["token"]
    assert joined.json()["lane"] == "VIP"
    assert guest.get(f"{path}/queue", {"token": place}).json()["position"] == 1
    advance(room, seconds=5)
    went = guest.post(f"{path}/queue/enter", {"token": place})
    assert went.status_code == 200, went.content
    assert guest.post(f"{path}/holds", {"best": 2}).status_code == 201
    assert guest.delete(f"{path}/queue").status_code == 204


def test_a_queue_token_of_someone_else_and_a_wrong_code_are_refused():
    sale = make_sale()
    make_room(performance=sale)
    path = f"/performances/{sale.pk}/queue"
    place = Program().post(path, {}).json()["token"]
    assert Program().get(path, {"token": place}).status_code == 403
    wrong = Program().post(path, {"code": "none"})
    assert wrong.json()["type"] == "urn:concert:problem:wrong-code"


def test_there_is_no_queue_without_a_waiting_room():
    answer = Program().post(f"/performances/{make_sale().pk}/queue", {})
    assert answer.json()["type"] == "urn:concert:problem:no-queue"
