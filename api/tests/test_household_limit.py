"""Household limits apply to API clients as to pages, but not to staff integrations."""

import pytest
from django.test import Client

from bookings.models import Place
from bookings.tests.factories import make_sale, seated, seats_of
from waitingroom.models import Pass, WaitingRoom
from waitingroom.tests.factories import make_room

from .callers import Program, logged_in, make_account, with_key

pytestmark = pytest.mark.django_db(transaction=True)

HOME, NEXT_DOOR = "203.0.113.7", "203.0.113.8"
MOST = 20  # Of the 400 places of the hall.


def make_hall():
    return make_sale(sections=[seated(rows=20, seats=20)], allow_single_gaps=True)


def at(address, program=None):
    program = program or Program()
    program.client.defaults["REMOTE_ADDR"] = address
    return program


def ask(performance, program, **fields):
    return program.post(f"/performances/{performance.pk}/holds", fields or {"best": 8})


def problem_of(answer):
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


def test_guests_and_accounts_at_one_address_share_its_limit():
    performance = make_hall()
    assert ask(performance, at(HOME)).status_code == 201
    account = at(HOME, logged_in(make_account()))
    assert ask(performance, account).status_code == 201
    seats = seats_of(performance, *[f"T{number}" for number in range(1, 9)])
    for fields in ({"best": 8}, {"seats": seats}):
        answer = ask(performance, at(HOME), **fields)
        assert problem_of(answer) == (429, "too-many-from-network")
        assert "your network" in answer.json()["detail"]
    page = Client().post(
        f"/performances/{performance.pk}/hold/", {"best": "1", "quantity": "8"}, REMOTE_ADDR=HOME
    )
    assert page.status_code == 429
    assert Place.objects.held_at().count() == 16
    assert ask(performance, at(NEXT_DOOR)).status_code == 201


def test_staff_integrations_are_not_limited():
    performance = make_hall()
    for _ in range(4):
        assert ask(performance, at(HOME, with_key())).status_code == 201
    assert Place.objects.held_at().count() == 32 > MOST


def test_too_many_walk_ins_are_refused_on_pages_and_in_the_api(redis_unavailable):
    room = make_room(performance=make_hall(), mode=WaitingRoom.Mode.AUTOMATIC, capacity=5)
    url, fields = f"/performances/{room.pk}/hold/", {"best": "1", "quantity": "1"}
    answers = [Client().post(url, fields, REMOTE_ADDR=HOME) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [303, 303, 429]
    assert "your network" in answers[-1].content.decode()
    answer = ask(room.performance, at(HOME), best=1)
    assert problem_of(answer) == (429, "too-many-from-network")
    assert Place.objects.held_at().count() == Pass.objects.valid().count() == 2
    assert ask(room.performance, at(NEXT_DOOR), best=1).status_code == 201
