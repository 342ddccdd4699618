"""The health check of persistent connections, and prepared statements."""

import os
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from select import select

import pytest
from django.db import (
    DatabaseError,
    DataError,
    IntegrityError,
    OperationalError,
    ProgrammingError,
    connection,
    transaction,
)
from django.db.backends.postgresql import base
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

pytestmark = pytest.mark.django_db(transaction=True)

NOON = datetime(2027, 6, 1, 12, tzinfo=UTC)
NO_VENUE = "INSERT INTO venues_venue (name) VALUES (NULL)"


@pytest.fixture
def kept():
    """Return a connection of its own, left open by an earlier request."""
    with closing(connection.copy()) as link:
        link.ensure_connection()
        link.close_if_unusable_or_obsolete()  # As at the beginning of a request.
        yield link


@pytest.fixture
def asked(monkeypatch):
    """Count how often Django's own check, which queries the server, has been made."""
    times, ask = [], base.DatabaseWrapper.is_usable
    monkeypatch.setattr(
        base.DatabaseWrapper, "is_usable", lambda link: times.append(link) or ask(link)
    )
    return times


def test_it_sends_nothing_while_the_connection_is_open(kept, asked):
    assert kept.is_usable()
    assert asked == []


def test_it_notices_that_the_server_has_closed_the_connection(kept):
    _end(kept)
    assert not kept.is_usable()


def test_the_next_request_has_a_new_connection(kept):
    _end(kept)
    with kept.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


def test_readable_data_does_not_mean_closed(kept, asked):
    with kept.cursor() as cursor:
        cursor.execute("LISTEN box_office")
        with connection.cursor() as other:
            other.execute("NOTIFY box_office")
        for _attempt in range(500):
            assert kept.is_usable()
            if asked:
                break
            time.sleep(0.01)  # It has been sent.
    assert asked == [kept]


def test_a_statement_is_prepared_once_for_a_connection(kept):
    for number in range(3):
        assert _double(kept, number) == 2 * number
    assert _prepared(kept) == ["SELECT $1::int * 2"]


def test_prepared_statements_survive_a_rollback(kept):
    kept.set_autocommit(False)
    _double(kept, 1)
    kept.rollback()
    assert _prepared(kept) == ["SELECT $1::int * 2"]
    assert _double(kept, 2) == 4
    kept.rollback()
    kept.set_autocommit(True)


def test_a_new_connection_prepares_again(kept):
    _double(kept, 1)
    kept.close()
    assert _double(kept, 3) == 6
    assert len(_prepared(kept)) == 1


def test_behind_a_pooler_without_support_nothing_is_prepared(kept):
    kept.close()
    kept.settings_dict["OPTIONS"] = kept.settings_dict["OPTIONS"] | {"prepare_threshold": None}
    assert _double(kept, 2) == 4
    assert _prepared(kept) == []


def _double(link, number):
    return link.run("SELECT %(number)s::int * 2", {"number": number})[0][0]


def _prepared(link):
    with link.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return [statement for (statement,) in cursor.fetchall()]


def _end(link):
    pid = link.connection.info.backend_pid
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


@pytest.mark.parametrize(
    ("statement", "values", "rows"),
    [
        ("SELECT %s::int, %s::text", [1, "two"], [(1, "two")]),
        ("SELECT %(a)s::int + %(b)s::int, %(a)s::int", {"b": 1, "a": 2}, [(3, 2)]),
        ("SELECT 'a%%' LIKE %s::text", ["a_"], [(True,)]),
        ("SELECT %s::text IS NULL, cardinality(%s::bigint[])", [None, [3, 4]], [(True, 2)]),
        ("SELECT %s::numeric, %s::timestamptz", [Decimal("4.50"), NOON], [(Decimal("4.50"), NOON)]),
        ("SELECT 1 WHERE false", [], []),
        ("SET LOCAL lock_timeout = '1s'", [], []),
    ],
)
def test_values_go_in_and_rows_come_out(kept, statement, values, rows):
    assert kept.run(statement, values) == rows
    assert kept.run(statement, values) == rows


def test_a_statement_begins_its_transaction(kept):
    count = "SELECT count(*) FROM django_site_that_is_not WHERE id = %s"
    kept.set_autocommit(False)
    kept.run("CREATE TEMPORARY TABLE django_site_that_is_not (id int)", [])
    assert kept.run(count, [1]) == [(0,)]
    kept.rollback()
    with pytest.raises(ProgrammingError):
        kept.run(count, [1])
    kept.rollback()
    kept.set_autocommit(True)


def test_database_errors_are_those_of_django(kept):
    with pytest.raises(DataError) as refused:
        kept.run("SELECT 1 / %s::int", [0])
    assert refused.value.__cause__.diag.sqlstate == "22012"
    assert kept.run("SELECT 1 / %s::int", [1]) == [(1,)]


def test_after_an_error_nothing_runs_in_the_transaction(kept):
    with pytest.raises(TransactionManagementError), transaction.atomic():
        with pytest.raises(IntegrityError), transaction.atomic():
            connection.run(NO_VENUE, [])
        connection.needs_rollback = True
        connection.run("SELECT 1", [])


def test_a_closed_connection_counts_as_unavailable(kept):
    _double(kept, 1)
    _end(kept)
    with pytest.raises(OperationalError):
        _double(kept, 1)


def test_so_does_one_that_can_only_be_read(kept):
    """A server that stops may still have sent something before it closes the connection."""
    kept.cursor().execute("LISTEN closing")
    with connection.cursor() as cursor:
        cursor.execute("NOTIFY closing")
    select([kept.connection.pgconn.socket], [], [], 10)
    with socket.socket(fileno=os.dup(kept.connection.pgconn.socket)) as link:
        link.shutdown(socket.SHUT_WR)
    with pytest.raises(OperationalError):
        _double(kept, 1)


def test_statements_are_counted_by_django(kept):
    with CaptureQueriesContext(kept) as queries:
        _double(kept, 3)
    assert [query["sql"] for query in queries] == ["SELECT %(number)s::int * 2"]
    seen = []
    with kept.execute_wrapper(lambda execute, *args: seen.append(args[0]) or execute(*args)):
        assert _double(kept, 3) == 6
    assert seen == ["SELECT %(number)s::int * 2"]


def test_another_thread_may_not_use_the_connection(kept):
    with ThreadPoolExecutor() as pool, pytest.raises(DatabaseError, match="thread"):
        pool.submit(_double, kept, 1).result()
