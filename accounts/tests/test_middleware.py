from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.utils.functional import SimpleLazyObject

from accounts.middleware import last_visit
from accounts.models import User, UserQuerySet

from .factories import make_user

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PAGE = "/accounts/profile/"


def updates_of(call):
    with CaptureQueriesContext(connection) as queries:
        call()
    return [query["sql"] for query in queries if query["sql"].startswith("UPDATE")]


def test_it_records_the_last_visit_every_15_minutes(client, alice):
    client.force_login(alice)
    for minutes, expected in [(0, 0), (14, 0), (15, 15), (29, 15), (31, 31)]:
        with time_machine.travel(NOON + timedelta(minutes=minutes), tick=False):
            client.get(PAGE)
        alice.refresh_from_db()
        assert alice.last_visit_at == NOON + timedelta(minutes=expected)


def test_it_writes_once_and_then_not_at_all(client, alice):
    client.force_login(alice)
    assert len(updates_of(lambda: client.get(PAGE))) == 1
    assert updates_of(lambda: client.get(PAGE)) == []


def test_it_costs_anonymous_visitors_no_query_and_no_session(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/accounts/login/")
    assert "sessionid" not in response.cookies


def test_it_costs_nothing_where_the_user_is_not_read(rf, alice, django_assert_num_queries):
    request = rf.get("/")
    request.session = {}
    request.user = SimpleLazyObject(lambda: pytest.fail("The user was loaded."))
    with django_assert_num_queries(0):
        last_visit(lambda request: HttpResponse())(request)


def test_its_errors_do_not_break_the_page(client, alice, monkeypatch, caplog):
    client.force_login(alice)

    def fail(*args, **kwargs):
        raise DatabaseError("read-only")

    monkeypatch.setattr(UserQuerySet, "update", fail)
    assert client.get(PAGE).status_code == 200
    assert "was not recorded" in caplog.text


def test_it_writes_once_for_several_requests_at_once(alice):
    both_see_none = [User.objects.get(pk=alice.pk) for _ in range(2)]
    for user, minutes in zip(both_see_none, [0, 1], strict=True):
        request = SimpleNamespace(_cached_user=user)
        with time_machine.travel(NOON + timedelta(minutes=minutes), tick=False):
            last_visit(lambda request: HttpResponse())(request)
    alice.refresh_from_db()
    assert alice.last_visit_at == NOON


def test_the_admin_uses_the_time_zone_of_the_user(client):
    superuser = make_user(
        is_staff=True, is_superuser=True, time_zone="Asia/Tokyo", last_visit_at=NOON
    )
    client.force_login(superuser)
    with time_machine.travel(NOON, tick=False):
        tokyo = client.get(f"/admin/accounts/user/{superuser.pk}/change/").content.decode()
    assert ", 21:00" in tokyo
    User.objects.update(time_zone="")
    with time_machine.travel(NOON, tick=False):
        assert (
            ", 12:00" in client.get(f"/admin/accounts/user/{superuser.pk}/change/").content.decode()
        )
