"""Empty the database after a test that commits: only the tables with rows.

Django truncates every table and recreates permissions and roles, which takes half a second for each
test; most tests leave a few rows in a dozen tables. Django also opens a new connection for the next
test, to which PostgreSQL reads the definition of each table again; here it is reset instead.

Tests in a transaction find the rows that migrations insert, also after tests that commit.
"""

import json
from collections.abc import Iterator
from functools import cache

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import TestCase, TransactionTestCase

# Filled after `migrate` and rarely changed by a test; changes are detected.
PERMANENT = ("auth_group", "auth_group_permissions", "auth_permission", "django_content_type")
EXCLUDED = (*PERMANENT, "django_migrations")
SMALL = 64  # Pages. In larger tables the deleted rows would slow down the next test.
# Connections that were reset. Django finds only some of them at the end of the run: those that
# tests opened while Playwright's event loop was running are in another context.
KEPT: set[BaseDatabaseWrapper] = set()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """Close the connections before the database is dropped."""
    yield
    for one in KEPT:
        one.close()


@pytest.fixture(scope="session", autouse=True)
def _fast_truncation(django_db_keepdb, django_db_blocker):
    """Replace the teardown of tests that commit, and restore the rows of migrations after it."""
    set_up, tear_down = TransactionTestCase._fixture_setup, TransactionTestCase._fixture_teardown
    enter = TestCase._enter_atomics
    known = {"is_empty": False}

    def begin(cls):
        if "permanent" not in known:
            known.update(permanent=_fingerprint(), inserted=_rows())
        return set_up.__func__(cls)

    def end(test):
        if _is_superuser() and _fingerprint() == known["permanent"]:
            empty_tables()
        else:
            tear_down(test)
            known["permanent"] = _fingerprint()
        known["is_empty"] = True
        for one in connections.all(initialized_only=True):
            _reset(one)

    def restore():
        if known["is_empty"]:
            _insert(known["inserted"])
            known["is_empty"] = False

    def enter_restored(cls):
        restore()
        return enter.__func__(cls)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_setup", classmethod(begin))
        patch.setattr(TransactionTestCase, "_fixture_teardown", end)
        patch.setattr(TransactionTestCase, "_should_reload_connections", lambda _test: False)
        patch.setattr(TestCase, "_enter_atomics", classmethod(enter_restored))
        yield
    if django_db_keepdb:
        with django_db_blocker.unblock():
            restore()  # For the next run.


def empty_tables() -> None:
    """Delete all rows except permissions and roles. Sequences are not reset."""
    if not _is_superuser():
        call_command("flush", interactive=False, verbosity=0, reset_sequences=False)
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regprocedure('pg_temp.empty_tables()') IS NULL")
        if cursor.fetchone()[0]:
            cursor.execute(_function())
        cursor.execute("SELECT pg_temp.empty_tables()")


@cache
def _function():
    """Return the statement that creates a function to empty the tables.

    A connection plans each of the function's statements once. Planning a query of all tables takes
    longer than emptying them.
    """
    empty = "".join(
        f"""
        size := pg_relation_size('{name}'::regclass);
        IF size > {SMALL} * 8192 THEN
            IF EXISTS (SELECT FROM {name}) THEN
                large := large || '{name}'::text;
            END IF;
        ELSIF size > 0 THEN
            DELETE FROM {name};
        END IF;"""  # noqa: S608
        for name in _tables()
    )
    # The setting disables foreign keys and the trigger that makes the ledger append-only.
    return f"""
        CREATE FUNCTION pg_temp.empty_tables() RETURNS void LANGUAGE plpgsql
        SET session_replication_role = replica
        AS $$
        DECLARE
            size bigint;
            large text[] := '{{}}';
        BEGIN
            {empty}
            IF large <> '{{}}' THEN
                EXECUTE 'TRUNCATE ' || array_to_string(large, ', ') || ' CASCADE';
            END IF;
        END $$"""


def _reset(one):
    """Give a connection the state of a new one, or close it where a test left it in another."""
    is_clean = one.connection and one.autocommit and not (one.in_atomic_block or one.run_on_commit)
    if not is_clean or one.errors_occurred or not one.is_usable():
        one.close()
        return
    with one.cursor() as cursor:
        cursor.execute("RESET ALL; CLOSE ALL; UNLISTEN *; SELECT pg_advisory_unlock_all()")
    one.ensure_timezone()
    KEPT.add(one)


@cache
def _tables():
    """Return the tables to empty."""
    return [name for name in connection.introspection.table_names() if name not in EXCLUDED]


def _rows():
    """Return {table: its rows as JSON} of the tables to empty that have rows."""
    with connection.cursor() as cursor:
        found = {}
        for name in _tables():
            cursor.execute(f"SELECT json_agg(t) FROM {name} t")  # noqa: S608
            if rows := cursor.fetchone()[0]:
                found[name] = rows if isinstance(rows, str) else json.dumps(rows)
        return found


def _insert(rows_by_table):
    with connection.cursor() as cursor:
        for name, rows in rows_by_table.items():
            cursor.execute(
                f"INSERT INTO {name} SELECT * FROM json_populate_recordset(NULL::{name}, %s)"  # noqa: S608
                " ON CONFLICT DO NOTHING",
                [rows],
            )


def _fingerprint():
    """Return a fingerprint of the permanent rows, which every change of one changes."""
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT count(*), max(xmin::text::bigint) FROM {name}"  # noqa: S608
                for name in PERMANENT
            )
        )
        return cursor.fetchall()


@cache
def _is_superuser():
    with connection.cursor() as cursor:
        cursor.execute("SHOW is_superuser")
        return cursor.fetchone() == ("on",)
