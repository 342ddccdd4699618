import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from api.tests.callers import PASSWORD, Program, logged_in, make_account, tokens_of, with_key

pytestmark = pytest.mark.django_db


def test_it_signs_up_verifies_the_address_and_logs_in():
    program = Program()
    registered = program.post(
        "/auth/register", {"email": "new@example.org", "password": PASSWORD, "name": "Nora New"}
    )
    assert registered.status_code == 202, registered.content
    assert registered.json()["next"] == "verify-email"
    code = re.search(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", mail.outbox[0].body, re.M)
    step = {"session": registered.json()["session"], "code": code.group(1)}
    verified = program.post("/auth/verify", step)
    assert verified.status_code == 200, verified.content
    token = verified.json()["access_token"]
    account = program.get("/account", Authorization=f"Bearer {token}").json()
    assert (account["email"], account["name"]) == ("new@example.org", "Nora New")


def test_the_response_is_the_same_for_an_address_that_has_an_account():
    user = make_account()
    answer = Program().post("/auth/register", {"email": user.email, "password": PASSWORD})
    assert answer.status_code == 202
    assert set(answer.json()) == {"next", "session"}


def test_it_rejects_a_wrong_password_and_a_weak_new_one():
    user = make_account()
    wrong = Program().post("/auth/login", {"email": user.email, "password": "wrong"})
    poor = Program().post("/auth/register", {"email": "x@example.org", "password": "12345678"})
    assert wrong.status_code == poor.status_code == 422
    assert poor.json()["errors"][0]["pointer"] == "/body/password"


def test_each_refresh_token_works_once():
    tokens = tokens_of(make_account())
    again = Program().post("/auth/refresh", {"refresh_token": tokens["refresh_token"]})
    assert again.status_code == 200
    used_up = Program().post("/auth/refresh", {"refresh_token": tokens["refresh_token"]})
    assert used_up.status_code == 401
    third = Program().post("/auth/refresh", {"refresh_token": again.json()["refresh_token"]})
    assert third.status_code == 200


def test_logging_out_revokes_access_and_refresh_tokens():
    tokens = tokens_of(make_account())
    program = Program(Authorization=f"Bearer {tokens['access_token']}")
    assert program.get("/account").status_code == 200
    assert program.post("/auth/logout").status_code == 204
    assert program.get("/account").status_code == 401
    refresh = Program().post("/auth/refresh", {"refresh_token": tokens["refresh_token"]})
    assert refresh.status_code == 401


def test_an_access_token_expires():
    program = logged_in(make_account())
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        answer = program.get("/account")
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_session_cookie_does_not_authenticate(client):
    client.force_login(make_account())
    assert client.get("/api/v1/account").status_code == 401


def test_it_returns_the_last_visit():
    user = make_account()
    program = logged_in(user)
    moment = timezone.now().replace(microsecond=0)
    type(user).objects.filter(pk=user.pk).update(last_visit_at=moment)
    told = program.get("/account").json()["last_visit_at"]
    assert told.endswith("Z")
    assert datetime.fromisoformat(told) == moment


def test_a_visit_by_the_api_is_a_visit():
    program = logged_in(make_account())
    noon = timezone.now().replace(microsecond=0) + timedelta(minutes=1)
    told = []
    for minutes in (0, 1, 8):
        with time_machine.travel(noon + timedelta(minutes=minutes), tick=False):
            told.append(program.get("/account").json()["last_visit_at"])
    first = noon.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert told == [None, first, first]


def test_an_api_key_does_not_visit():
    owner = make_account(is_staff=True, is_superuser=True)
    assert with_key("orders", owner=owner).get("/staff/orders").status_code == 200
    owner.refresh_from_db()
    assert owner.last_visit_at is None


def test_it_updates_the_account():
    program = logged_in(make_account())
    changed = program.patch("/account", {"name": "Alice", "time_zone": "Europe/Berlin"})
    assert changed.json()["name"] == "Alice"
    refused = program.patch("/account", {"time_zone": "Mars/Olympus"})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/body/time_zone"
