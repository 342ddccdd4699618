"""Empty the database after a test that commits: only the tables with rows.

Django truncates every table and recreates permissions and roles, which takes half a second for each
test; most tests leave a few rows in a dozen tables.

Tests in a transaction find the rows that migrations insert, also after tests that commit.
"""

import json
from functools import cache

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import TestCase, TransactionTestCase

# Filled after `migrate` and rarely changed by a test; changes are detected.
PERMANENT = ("auth_group", "auth_group_permissions", "auth_permission", "django_content_type")
EXCLUDED = (*PERMANENT, "django_migrations")
SMALL = 64  # Pages. In larger tables the deleted rows would slow down the next test.


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
    names = _tables()
    with transaction.atomic(), connection.cursor() as cursor:
        # Disables foreign keys and the trigger that makes the ledger append-only.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT '{name}', pg_relation_size('{name}') / 8192"  # noqa: S608
                f" WHERE EXISTS (SELECT FROM {name})"
                for name in names
            )
        )
        filled = cursor.fetchall()
        if large := [name for name, pages in filled if pages > SMALL]:
            cursor.execute(f"TRUNCATE {', '.join(large)} CASCADE")
        if small := [name for name, pages in filled if pages <= SMALL]:
            cursor.execute("; ".join(f"DELETE FROM {name}" for name in small))  # noqa: S608


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
    """Return a fingerprint of the permanent rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT md5(string_agg(t::text, ';' ORDER BY t.id)) FROM {name} t"  # noqa: S608
                for name in PERMANENT
            )
        )
        return cursor.fetchall()


def _is_superuser():
    with connection.cursor() as cursor:
        cursor.execute("SHOW is_superuser")
        return cursor.fetchone() == ("on",)
