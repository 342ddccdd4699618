import uuid
from datetime import timedelta

import pytest
from django.db.models import F

from api import idempotency
from api.models import IdempotencyRecord
from api.tests.callers import Program, logged_in, make_account, with_key
from bookings.models import Hold, Place
from bookings.tests.factories import make_paid_order, make_sale
from core.testing.races import race
from waitingroom.tests.factories import make_room

pytestmark = pytest.mark.django_db(transaction=True)


def new_guest():
    """Return a guest with a visitor token."""
    return Program(**{"X-Visitor": Program().post("/visitors").json()["visitor"]})


@pytest.fixture
def guest():
    return new_guest()


def hold_best(sale, key, quantity=2, program=None):
    program = program or Program()
    return program.post(
        f"/performances/{sale.pk}/holds", {"best": quantity}, **{"Idempotency-Key": key}
    )


def test_the_same_key_gets_the_same_response(guest):
    sale, key = make_sale(), str(uuid.uuid4())
    first, second = hold_best(sale, key, program=guest), hold_best(sale, key, program=guest)
    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    assert second["Idempotency-Replayed"] == "true"
    assert Hold.objects.count() == 1


def test_another_body_with_the_same_key_is_refused(guest):
    sale, key = make_sale(), str(uuid.uuid4())
    hold_best(sale, key, program=guest)
    other = hold_best(sale, key, quantity=3, program=guest)
    assert other.status_code == 422
    assert other.json()["type"] == "urn:concert:problem:idempotency-key-reused"


def test_strangers_with_the_same_key_share_nothing():
    sale, key = make_sale(), str(uuid.uuid4())
    first, second = (hold_best(sale, key) for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert "Idempotency-Replayed" not in second
    for secret in ("token", "visitor"):
        assert first.json()[secret] != second.json()[secret]
    named = Program(**{"X-Visitor": first.json()["visitor"]})
    third = hold_best(sale, key, program=named)
    assert third.json()["token"] == first.json()["token"]
    fourth = hold_best(sale, key)
    assert fourth.json()["visitor"] not in {first.json()["visitor"], second.json()["visitor"]}
    assert IdempotencyRecord.objects.filter(owner="guest").count() == 0


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_key_does_not_identify_a_guest(method):
    """Sending the idempotency key of another guest does not give access."""
    sale, key = make_sale(), {"Idempotency-Key": str(uuid.uuid4())}
    hold = Program().post(f"/performances/{sale.pk}/holds", {"best": 2}, **key).json()
    for stranger in (Program(), Program(**key)):
        if method == "get":
            answer = stranger.get(f"/holds/{hold['token']}", **key)
        else:
            answer = stranger.post(f"/holds/{hold['token']}/extend", **key)
        assert answer.status_code == 404


def test_strangers_who_send_the_same_order_key_elsewhere_share_nothing():
    sale, key = make_sale(), {"Idempotency-Key": str(uuid.uuid4())}
    path = f"/performances/{sale.pk}/holds?key=of-no-order"
    first, second = (Program().post(path, {"best": 2}, **key).json() for _ in range(2))
    assert first["visitor"] != second["visitor"]


def test_strangers_in_a_queue_share_nothing():
    room = make_room(performance=make_sale())
    key = {"Idempotency-Key": str(uuid.uuid4())}
    first, second = (Program().post(f"/performances/{room.pk}/queue", **key) for _ in range(2))
    assert first.status_code == second.status_code == 201
    for secret in ("token", "visitor"):
        assert first.json()[secret] != second.json()[secret]


def test_guests_of_one_client_share_nothing():
    sale, key, till = make_sale(), str(uuid.uuid4()), with_key("sale")
    tokens = set()
    for _ in range(2):
        visitor = Program().post("/visitors").json()["visitor"]
        customer = Program(**till.headers, **{"X-Visitor": visitor})
        first, again = (hold_best(sale, key, program=customer) for _ in range(2))
        assert first.content == again.content
        assert first.json()["visitor"] == visitor
        tokens.add(first.json()["token"])
    assert len(tokens) == 2


def test_two_clients_with_the_same_key_share_nothing():
    sale, key = make_sale(), str(uuid.uuid4())
    one, other = with_key("sale"), with_key("sale")
    first, second = hold_best(sale, key, program=one), hold_best(sale, key, program=other)
    assert first.json()["visitor"] != second.json()["visitor"]
    assert hold_best(sale, key, program=one).json() == first.json()


def test_the_holder_of_an_order_key_can_repeat_and_a_stranger_cannot():
    order, key = make_paid_order(), {"Idempotency-Key": str(uuid.uuid4())}
    path = f"/orders/{order.reference}/cancel"
    first = Program().post(f"{path}?key={order.key}", **key)
    again = Program().post(f"{path}?key={order.key}", **key)
    assert first.status_code == again.status_code == 200
    assert first.content == again.content
    assert Program().post(path, **key).status_code == 404
    assert Program().post(f"{path}?key=another", **key).status_code == 404


def test_keys_are_scoped_to_their_callers():
    sale, key = make_sale(), str(uuid.uuid4())
    alice, bob = logged_in(make_account()), logged_in(make_account())
    first, second = hold_best(sale, key, program=alice), hold_best(sale, key, program=bob)
    assert first.json()["token"] != second.json()["token"]


def test_64_equal_requests_make_one_hold(settings, guest):
    settings.API_RATE_LIMITS = {**settings.API_RATE_LIMITS, "writes": 1000}
    sale, key = make_sale(), str(uuid.uuid4())
    outcomes = race(*[lambda: hold_best(sale, key, program=Program(**guest.headers))] * 64)
    assert all(outcome.error is None for outcome in outcomes)
    assert Hold.objects.count() == 1
    assert Place.objects.held_at().count() == 2
    good = {o.result.content for o in outcomes if o.result.status_code == 201}
    assert len(good) == 1
    assert {outcome.result.status_code for outcome in outcomes} <= {201, 409}


def test_without_a_key_each_request_makes_a_hold(settings):
    """The control: the key prevents it."""
    settings.API_RATE_LIMITS = {**settings.API_RATE_LIMITS, "writes": 1000}
    sale = make_sale()
    race(*[lambda: Program().post(f"/performances/{sale.pk}/holds", {"best": 2})] * 8)
    assert Hold.objects.count() > 1


def test_a_concurrent_repeat_is_told_to_wait(monkeypatch, guest):
    monkeypatch.setattr(idempotency, "PATIENCE", 0.1)
    sale, key = make_sale(), str(uuid.uuid4())
    hold_best(sale, key, program=guest)
    IdempotencyRecord.objects.update(status=None, holder="somebody else")
    answer = hold_best(sale, key, program=guest)
    assert answer.status_code == 409
    assert answer["Retry-After"]


def test_after_a_crash_the_request_is_repeated_and_nothing_is_doubled(guest):
    sale, key = make_sale(), str(uuid.uuid4())
    first = hold_best(sale, key, program=guest).json()
    # The process died some time ago, after the commit and before storing the response.
    Hold.objects.update(requested_at=F("requested_at") - timedelta(minutes=2))
    IdempotencyRecord.objects.update(
        status=None, holder="dead", claimed_at=F("claimed_at") - timedelta(minutes=2)
    )
    again = hold_best(sale, key, program=guest)
    assert again.status_code == 201
    assert again.json()["token"] == first["token"]
    assert Place.objects.held_at().count() == 2


def test_a_request_that_failed_with_a_server_error_can_be_repeated(monkeypatch, guest):
    sale, key = make_sale(), str(uuid.uuid4())
    with monkeypatch.context() as broken:
        broken.setattr("api.routes.holds.hold_best", lambda **kwargs: 1 / 0)
        assert hold_best(sale, key, program=guest).status_code == 500
    assert hold_best(sale, key, program=guest).status_code == 201


@pytest.mark.parametrize("key", ["short", "x" * 201])
def test_a_key_must_be_hard_to_guess(key):
    assert hold_best(make_sale(), key).json()["type"].endswith("idempotency-key-invalid")


def test_old_records_are_deleted(guest):
    hold_best(make_sale(), str(uuid.uuid4()), program=guest)
    assert idempotency.delete_old_idempotency_records() == 0
    IdempotencyRecord.objects.update(claimed_at=F("claimed_at") - timedelta(days=3))
    assert idempotency.delete_old_idempotency_records() == 1


def test_a_response_that_is_too_long_is_not_stored(guest, monkeypatch):
    monkeypatch.setattr(idempotency, "MAX_RESPONSE", 10)
    sale, key = make_sale(), str(uuid.uuid4())
    first, second = (hold_best(sale, key, program=guest) for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert first.json()["token"] == second.json()["token"]
    assert "Idempotency-Replayed" not in second
    assert not IdempotencyRecord.objects.exists()


def test_a_response_with_very_many_faults_lists_some(guest):
    wrong = {"concessions": [{"place": "x", "concession": "y"}] * 50}
    key = {"Idempotency-Key": str(uuid.uuid4())}
    answer = guest.post("/holds/any/concessions", wrong, **key)
    assert answer.status_code == 422
    assert len(answer.json()["errors"]) == 50
    assert len(IdempotencyRecord.objects.get().body) < 20_000
