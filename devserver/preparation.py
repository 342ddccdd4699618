"""Migrate the database, load the demo data (or none, with DEMO=false) and collect static files.

All in one process, because each process of Django takes a second to start.
"""

import hashlib
import io
import os
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.cache import cache
from django.core.management import CommandError, call_command, get_commands
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from accounts.models import User
from accounts.setup_links import create_setup_link
from core import environment

DEMO_MODELS = ("venues.Venue", "shows.Show")  # The demo data begins with these.
# Comments in the database.
UNFINISHED = "The demo data is being created."
OWN = "No demo data: started with DEMO=false."


def prepare(*, out: Any) -> None:
    """Apply migrations, load the demo data and collect static files, as far as needed.

    The demo data is loaded into an empty database in local mode only. Without it and without a
    superuser, a set-up link is created.

    Lines that begin with `step:` name the next step, those with `login:` a demo account, and the
    one with `setup:` the set-up link. Raises CommandError as `migrate` does, and for DEMO=false
    with a database that has the demo data.
    """
    migrate(out=out)
    if settings.LOCAL_MODE and not environment.boolean("DEMO", True):
        keep_own()
    has_demo = settings.LOCAL_MODE and "demo" in get_commands() and _read_note() != OWN
    if has_demo:
        load_demo(out=out)
    collect_static(out=out)
    if not has_demo and not User.objects.superusers().exists():
        out.write(f"setup: {create_setup_link().url}")


def migrate(*, out: Any) -> None:
    """Apply pending migrations. Raises CommandError for a database of an unreleased version."""
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if pending:
        _check_history(executor.loader)
        out.write(f"step: Applying {len(pending)} migrations")
        call_command("migrate", interactive=False, stdout=out)
    else:
        _check_columns()


def load_demo(*, out: Any) -> None:
    """Load the demo data into an empty database, and again from the start if it was interrupted.

    It is loaded in many transactions, so an interruption leaves a part of it. A comment in the
    database tells this part from data of your own.
    """
    if _read_note() == UNFINISHED:
        out.write("step: Removing demo data that was interrupted")
        _clear_database()
        migrate(out=out)
    if not any(apps.get_model(name).objects.exists() for name in DEMO_MODELS):
        _write_note(UNFINISHED)
        call_command("demo", "--if-empty", stdout=out)
        _write_note("")
    logins = io.StringIO()
    call_command("demo", "--logins", stdout=logins)
    for line in logins.getvalue().splitlines():
        out.write(f"login: {line}")


def keep_own() -> None:
    """Note that the database is never to get the demo data. Raises CommandError if it has it."""
    from demo.accounts import STAFF

    known = [email for email, _name, _role in STAFF]
    if _read_note() == UNFINISHED or User.objects.filter(email__in=known).exists():
        raise CommandError(
            "DEMO=false, but this database has the demo data, with which your own box office must "
            "not be mixed. Nothing was changed. "
            + _remedy("Move it away to start with an empty one: mv var var-demo")
        )
    _write_note(OWN)


def collect_static(*, out: Any) -> None:
    """Collect and compress the static files, if one of them has changed."""
    fingerprint = static_fingerprint()
    record = settings.STATIC_ROOT / ".fingerprint"
    if record.exists() and record.read_text() == fingerprint:
        return
    out.write("step: Collecting and compressing static files")
    call_command("collectstatic", interactive=False, clear=True, verbosity=0, stdout=out)
    record.write_text(fingerprint)


def static_fingerprint() -> str:
    """Return a digest of the names, sizes and times of all static files."""
    storages: Any = settings.STORAGES
    digest = hashlib.sha256(str(storages["staticfiles"]["BACKEND"]).encode())
    for finder in get_finders():
        for path, storage in finder.list(ignore_patterns=[]):
            modified = storage.get_modified_time(path).timestamp()
            digest.update(repr((path, storage.size(path), modified)).encode())
    return digest.hexdigest()


def _check_history(loader):
    """Refuse a database from before migrations started anew.

    It has migrations that no longer exist, and others pending. (After a rollback of the code
    there are unknown ones as well, but none is pending.)
    """
    unknown = [
        f"{app}.{name}"
        for app, name in sorted(loader.applied_migrations)
        if app in loader.migrated_apps and (app, name) not in loader.disk_migrations
    ]
    if not unknown:
        return
    remedy = _remedy("Move it away and a new one is created: mv var var-old")
    raise CommandError(
        "The database was created before version 1.0 and cannot be upgraded (its migration "
        f"{unknown[0]} no longer exists). Nothing was changed. {remedy}"
    )


def _check_columns():
    """Refuse a database that lacks columns, though all of its migrations are applied.

    It was created between two releases: until a release, migrations are changed, not added.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = current_schema()"
        )
        columns = set(cursor.fetchall())
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_concrete_fields:
            if not model._meta.can_migrate(connection):
                continue
            if (model._meta.db_table, field.column) not in columns:
                remedy = _remedy("Move it away and a new one is created: mv var var-old")
                raise CommandError(
                    "The database was created by a development version and cannot be upgraded (it "
                    f"lacks {model._meta.db_table}.{field.column}). Nothing was changed. {remedy}"
                )


def _remedy(for_embedded):
    if os.environ.get("DATABASE_URL"):
        return "Set DATABASE_URL to an empty database."
    return for_embedded


def _read_note():
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description('django_migrations'::regclass, 'pg_class')")
        return cursor.fetchone()[0]


def _write_note(text):
    with connection.cursor() as cursor:
        cursor.execute("COMMENT ON TABLE django_migrations IS %s", [text])


def _clear_database():
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    cache.clear()
