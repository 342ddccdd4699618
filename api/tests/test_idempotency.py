import uuid
from datetime import timedelta

import pytest
from django.db.models import F

from api import idempotency
from api.models import Claim
from api.tests.callers import Program, logged_in, make_account
from bookings.models import Hold, Place
from bookings.tests.factories import make_sale
from concert.testing.races import race

pytestmark = pytest.mark.django_db(transaction=True)


def hold_best(sale, key, quantity=2, program=None):
    program = program or Program()
    return program.post(
        f"/performances/{sale.pk}/holds", {"best": quantity}, **{"Idempotency-Key": key}
    )


def test_the_same_key_has_the_same_answer():
    sale, key = make_sale(), str(uuid.uuid4())
    first, second = hold_best(sale, key), hold_best(sale, key)
    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    assert second["Idempotency-Replayed"] == "true"
    assert Hold.objects.count() == 1


def test_another_body_with_the_same_key_is_refused():
    sale, key = make_sale(), str(uuid.uuid4())
    hold_best(sale, key)
    other = hold_best(sale, key, quantity=3)
    assert other.status_code == 422
    assert other.json()["type"] == "urn:concert:problem:idempotency-key-reused"


def test_keys_belong_to_their_callers():
    sale, key = make_sale(), str(uuid.uuid4())
    alice, bob = logged_in(make_account()), logged_in(make_account())
    first, second = hold_best(sale, key, program=alice), hold_best(sale, key, program=bob)
    assert first.json()["token"] != second.json()["token"]


def test_64_equal_requests_make_one_hold(settings):
    settings.API_RATE_LIMITS = {**settings.API_RATE_LIMITS, "writes": 1000}
    sale, key = make_sale(), str(uuid.uuid4())
    outcomes = race(*[lambda: hold_best(sale, key)] * 64)
    assert all(outcome.error is None for outcome in outcomes)
    assert Hold.objects.count() == 1
    assert Place.objects.held_at().count() == 2
    good = {o.result.content for o in outcomes if o.result.status_code == 201}
    assert len(good) == 1
    assert {outcome.result.status_code for outcome in outcomes} <= {201, 409}


def test_without_a_key_equal_requests_make_a_hold_each(settings):
    """The control: it is the key that makes them one."""
    settings.API_RATE_LIMITS = {**settings.API_RATE_LIMITS, "writes": 1000}
    sale = make_sale()
    race(*[lambda: Program().post(f"/performances/{sale.pk}/holds", {"best": 2})] * 8)
    assert Hold.objects.count() > 1


def test_who_comes_while_it_is_answered_is_told_to_wait(monkeypatch):
    monkeypatch.setattr(idempotency, "PATIENCE", 0.1)
    sale, key = make_sale(), str(uuid.uuid4())
    hold_best(sale, key)
    Claim.objects.update(status=None, holder="somebody else")
    answer = hold_best(sale, key)
    assert answer.status_code == 409
    assert answer["Retry-After"]


def test_after_a_crash_the_request_is_taken_over_and_nothing_is_doubled():
    sale, key = make_sale(), str(uuid.uuid4())
    first = hold_best(sale, key).json()
    # It died after the hold had been committed and before its answer was kept; a while ago.
    Hold.objects.update(asked_at=F("asked_at") - timedelta(minutes=2))
    Claim.objects.update(
        status=None, holder="dead", claimed_at=F("claimed_at") - timedelta(minutes=2)
    )
    again = hold_best(sale, key)
    assert again.status_code == 201
    assert again.json()["token"] == first["token"]
    assert Place.objects.held_at().count() == 2


def test_our_own_failure_may_be_tried_again(monkeypatch):
    sale, key = make_sale(), str(uuid.uuid4())
    with monkeypatch.context() as broken:
        broken.setattr("api.routes.holds.hold_best", lambda **kwargs: 1 / 0)
        assert hold_best(sale, key).status_code == 500
    assert hold_best(sale, key).status_code == 201


@pytest.mark.parametrize("key", ["short", "x" * 201])
def test_a_key_must_be_hard_to_guess(key):
    assert hold_best(make_sale(), key).json()["type"].endswith("idempotency-key-invalid")


def test_old_answers_are_forgotten():
    hold_best(make_sale(), str(uuid.uuid4()))
    assert idempotency.forget_old_claims() == 0
    Claim.objects.update(claimed_at=F("claimed_at") - timedelta(days=3))
    assert idempotency.forget_old_claims() == 1


def test_an_answer_that_is_too_long_is_not_kept(monkeypatch):
    monkeypatch.setattr(idempotency, "LONGEST_ANSWER", 10)
    sale, key = make_sale(), str(uuid.uuid4())
    first, second = hold_best(sale, key), hold_best(sale, key)
    assert first.status_code == second.status_code == 201
    assert first.json()["token"] == second.json()["token"]
    assert "Idempotency-Replayed" not in second
    assert not Claim.objects.exists()


def test_an_answer_about_very_many_faults_tells_of_some():
    wrong = {"concessions": [{"place": "x", "concession": "y"}] * 50}
    key = {"Idempotency-Key": str(uuid.uuid4())}
    answer = Program().post("/holds/any/concessions", wrong, **key)
    assert answer.status_code == 422
    assert len(answer.json()["errors"]) == 50
    assert len(Claim.objects.get().body) < 20_000
