"""Migrate one template database per test run; each xdist process uses a copy.

Migrating takes a dozen seconds of CPU time, copying one.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

TEMPLATE = "test_concert_template"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: Any, django_db_modify_db_settings: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """Make pytest-django copy the template database where there are several processes."""
    from django.db import connection

    option = request.config.option
    if "PYTEST_XDIST_WORKER" not in os.environ or option.reuse_db or option.nomigrations:
        yield
        return
    folder = tmp_path_factory.getbasetemp().parent  # All processes of the run share it.
    create = connection.creation.create_test_db

    def copy(verbosity=1, autoclobber=False, serialize=False, keepdb=False):
        test, name = connection.settings_dict["TEST"], connection.creation._get_test_db_name()
        with _alone(folder):
            if not (folder / TEMPLATE).exists():
                test["NAME"] = TEMPLATE
                create(verbosity=verbosity, autoclobber=True, serialize=False)
                (folder / TEMPLATE).touch()
            connection.close()
            with connection.creation._nodb_cursor() as cursor:
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
                cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}"')
        test["NAME"] = connection.settings_dict["NAME"] = name
        connection.ensure_connection()
        return name

    def drop(name, verbosity):
        # A page that a browser left open may still be asking the live server something.
        with connection.creation._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection.creation, "create_test_db", copy)
        patch.setattr(connection.creation, "_destroy_test_db", drop)
        yield


@contextmanager
def _alone(folder):
    with (folder / f"{TEMPLATE}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
