"""The health check of kept connections."""

import time
from contextlib import closing

import pytest
from django.db import connection
from django.db.backends.postgresql import base

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def kept():
    """A connection of its own, kept from an earlier request."""
    with closing(connection.copy()) as link:
        link.ensure_connection()
        link.close_if_unusable_or_obsolete()  # As at the beginning of a request.
        yield link


@pytest.fixture
def asked(monkeypatch):
    """How often Django's own check, which asks the server, has been made."""
    times, ask = [], base.DatabaseWrapper.is_usable
    monkeypatch.setattr(
        base.DatabaseWrapper, "is_usable", lambda link: times.append(link) or ask(link)
    )
    return times


def test_it_asks_the_server_nothing_while_all_is_well(kept, asked):
    assert kept.is_usable()
    assert asked == []


def test_it_notices_that_the_server_has_ended_the_session(kept):
    _end(kept)
    assert not kept.is_usable()


def test_the_next_request_has_a_new_connection(kept):
    _end(kept)
    with kept.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


def test_something_to_be_read_is_not_yet_the_end(kept, asked):
    with kept.cursor() as cursor:
        cursor.execute("LISTEN box_office")
        with connection.cursor() as other:
            other.execute("NOTIFY box_office")
        for _attempt in range(500):
            assert kept.is_usable()
            if asked:
                break
            time.sleep(0.01)  # It is on its way.
    assert asked == [kept]


def _end(link):
    pid = link.connection.info.backend_pid
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
