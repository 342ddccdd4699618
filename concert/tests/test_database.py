"""The health check of kept connections, and statements prepared once for each."""

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


def test_a_statement_is_prepared_once_for_a_connection(kept):
    for number in range(3):
        assert _double(kept, number) == 2 * number
    assert _prepared(kept) == ["SELECT $1::int * 2"]


def test_what_is_prepared_stays_so_when_a_transaction_is_rolled_back(kept):
    kept.set_autocommit(False)
    _double(kept, 1)
    kept.rollback()
    assert _prepared(kept) == ["SELECT $1::int * 2"]
    assert _double(kept, 2) == 4
    kept.rollback()
    kept.set_autocommit(True)


def test_a_new_connection_prepares_anew(kept):
    _double(kept, 1)
    kept.close()
    assert _double(kept, 3) == 6
    assert len(_prepared(kept)) == 1


def test_behind_a_pooler_that_does_not_know_them_nothing_is_prepared(kept):
    kept.close()
    kept.settings_dict["OPTIONS"] = kept.settings_dict["OPTIONS"] | {"prepare_threshold": None}
    assert _double(kept, 2) == 4
    assert _prepared(kept) == []


def _double(link, number):
    cursor = link.statements()
    cursor.execute("SELECT %(number)s::int * 2", {"number": number})
    return cursor.fetchone()[0]


def _prepared(link):
    with link.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return [statement for (statement,) in cursor.fetchall()]


def _end(link):
    pid = link.connection.info.backend_pid
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
