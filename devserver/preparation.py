"""What stands between installed code and a running site, all in one process because each costs
a second to start."""

import hashlib
import io

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.cache import cache
from django.core.management import call_command, get_commands
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from core import environment

WORLD = ("venues.Venue", "shows.Show")  # What the demo world begins with.
UNFINISHED = "The demo world is being made."


def prepare(*, out):
    """Apply migrations, fill an empty database with the demo world (in local mode only), collect
    static files. What is up to date already is left alone.

    Lines that begin with `step:` say what begins, and with `login:` who may log in.
    """
    migrate(out=out)
    if settings.LOCAL_MODE and environment.boolean("DEMO", True) and "demo" in get_commands():
        load_demo(out=out)
    collect_static(out=out)


def migrate(*, out):
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if pending:
        out.write(f"step: Applying {len(pending)} migrations")
        call_command("migrate", interactive=False, stdout=out)


def load_demo(*, out):
    """Make the demo world if the database is empty, from the beginning if it was cut short.

    It is made in many transactions, so that a stop half-way leaves half a world, which would pass
    for somebody's own data the next time. A note in the database itself tells the two apart.
    """
    if _read_note() == UNFINISHED:
        out.write("step: Clearing a demo world that was cut short")
        _clear_database()
        migrate(out=out)
    if not any(apps.get_model(name).objects.exists() for name in WORLD):
        _write_note(UNFINISHED)
        call_command("demo", "--if-empty", stdout=out)
        _write_note("")
    logins = io.StringIO()
    call_command("demo", "--logins", stdout=logins)
    for line in logins.getvalue().splitlines():
        out.write(f"login: {line}")


def collect_static(*, out):
    fingerprint = static_fingerprint()
    record = settings.STATIC_ROOT / ".fingerprint"
    if record.exists() and record.read_text() == fingerprint:
        return
    out.write("step: Collecting and compressing static files")
    call_command("collectstatic", interactive=False, clear=True, verbosity=0, stdout=out)
    record.write_text(fingerprint)


def static_fingerprint():
    """Return a text that changes whenever a static file of any app does."""
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for path, storage in finder.list(ignore_patterns=[]):
            facts = (path, storage.size(path), storage.get_modified_time(path).timestamp())
            digest.update(repr(facts).encode())
    return digest.hexdigest()


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
