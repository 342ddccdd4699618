"""Bring the database and static files up to date."""

import io
import re

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.core.management.base import OutputWrapper
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from accounts.models import User
from devserver import preparation
from devserver.run.__main__ import Run
from devserver.run.console import Console
from devserver.run.stopping import RunError, Signals


@pytest.fixture
def calls(monkeypatch):
    """Record management commands instead of running them."""
    calls = []

    def note(name, *arguments, stdout=None, **options):
        calls.append((name, *arguments))
        if "--logins" in arguments:
            stdout.write("staff@concert.example / staff\n")

    monkeypatch.setattr(preparation, "call_command", note)
    return calls


@pytest.fixture
def _collected(settings, tmp_path, monkeypatch):
    settings.STATIC_ROOT = tmp_path
    monkeypatch.setattr(preparation, "static_fingerprint", lambda: "as now")
    (tmp_path / ".fingerprint").write_text("as now")


@pytest.mark.django_db
@pytest.mark.usefixtures("_collected")
def test_it_does_nothing_when_everything_is_up_to_date(calls, settings):
    settings.LOCAL_MODE = False
    User.objects.create_superuser("boss@example.org")
    out = io.StringIO()
    preparation.prepare(out=out)
    assert calls == []
    assert out.getvalue() == ""


@pytest.mark.django_db
@pytest.mark.usefixtures("_collected")
def test_it_creates_the_demo_in_local_mode_and_prints_the_accounts(calls, settings, monkeypatch):
    settings.LOCAL_MODE = True
    monkeypatch.setattr(preparation, "get_commands", lambda: {"demo": "demo"})
    written = io.StringIO()
    preparation.prepare(out=OutputWrapper(written))
    assert calls == [("demo", "--if-empty"), ("demo", "--logins")]
    assert written.getvalue() == "login: staff@concert.example / staff\n"


@pytest.mark.django_db
@pytest.mark.usefixtures("_collected")
@pytest.mark.parametrize(("local_mode", "demo"), [(False, "true"), (True, "false")])
def test_it_creates_no_demo_unless_requested(calls, settings, monkeypatch, local_mode, demo):
    settings.LOCAL_MODE = local_mode
    monkeypatch.setenv("DEMO", demo)
    monkeypatch.setattr(preparation, "get_commands", lambda: {"demo": "demo"})
    preparation.prepare(out=io.StringIO())
    assert calls == []


@pytest.mark.django_db
@pytest.mark.usefixtures("_collected")
def test_with_demo_false_the_database_stays_its_own(calls, settings, monkeypatch):
    settings.LOCAL_MODE = True
    monkeypatch.setattr(preparation, "get_commands", lambda: {"demo": "demo"})
    monkeypatch.setenv("DEMO", "false")
    preparation.prepare(out=io.StringIO())
    monkeypatch.delenv("DEMO")
    out = io.StringIO()
    preparation.prepare(out=out)
    assert calls == []
    assert re.fullmatch(r"setup: http://\S+/accounts/setup/\S+/\n?", out.getvalue())
    User.objects.create_superuser("boss@example.org")
    out = io.StringIO()
    preparation.prepare(out=out)
    assert out.getvalue() == ""


@pytest.mark.django_db
@pytest.mark.usefixtures("_collected")
@pytest.mark.parametrize(
    ("database_url", "remedy"),
    [("", "mv var var-demo"), ("postgres://db/concert", "Set DATABASE_URL to an empty database")],
)
@pytest.mark.parametrize("is_whole", [True, False])
def test_with_demo_false_it_refuses_the_demo_data(
    calls, settings, monkeypatch, database_url, remedy, is_whole
):
    settings.LOCAL_MODE = True
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("DEMO", "false")
    if is_whole:
        User.objects.create_superuser("admin@concert.example")
    else:
        preparation._write_note(preparation.UNFINISHED)
    with pytest.raises(CommandError, match=remedy):
        preparation.prepare(out=io.StringIO())
    assert calls == []


def test_make_run_ends_with_the_setup_link_or_with_how_to_leave_the_demo():
    def closing_lines(*lines):
        written = io.StringIO()
        run = Run(Console(written), Signals())
        run.port, run.address = 8000, "127.0.0.1"
        for line in lines:
            run._show_preparation(line)
        assert "/accounts/setup/" not in written.getvalue()
        run._welcome()
        return written.getvalue()

    own = closing_lines("setup: http://127.0.0.1:8000/accounts/setup/abc/")
    assert "works once" in own and "  http://127.0.0.1:8000/accounts/setup/abc/\n" in own
    assert "make run DEMO=false" not in own
    demo = closing_lines("login: superuser: admin@concert.example  password concert-demo")
    assert "make run DEMO=false" in demo and "works once" not in demo


@pytest.fixture
def old_database():
    """Return a database from before migrations started anew: some are gone, some never applied."""
    recorder = MigrationRecorder(connection)
    recorder.record_applied("bookings", "0002_fill_factor")
    for app, name in recorder.applied_migrations():
        if app == "emails":
            recorder.record_unapplied(app, name)
    return recorder


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("database_url", "remedy"),
    [("", "mv var var-old"), ("postgres://db/concert", "Set DATABASE_URL to an empty database")],
)
def test_it_refuses_an_old_database_and_says_what_to_do(
    calls, monkeypatch, old_database, database_url, remedy
):
    monkeypatch.setenv("DATABASE_URL", database_url)
    with pytest.raises(CommandError, match=remedy) as caught:
        preparation.prepare(out=io.StringIO())
    assert "bookings.0002_fill_factor no longer exists" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert calls == []


@pytest.mark.django_db
def test_it_refuses_a_database_of_a_development_version(calls, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE venues_venue DROP COLUMN entrances")
    with pytest.raises(CommandError, match="lacks venues_venue.entrances.* mv var var-old"):
        preparation.prepare(out=io.StringIO())
    assert calls == []


def test_make_run_prints_only_the_refusal(monkeypatch):
    def refuse(*_args, on_line, **_options):
        on_line("CommandError: The database was created before version 1.0.")
        raise RunError("Preparation failed (status 1).\nCommandError: …")

    monkeypatch.setattr("devserver.run.__main__.run_step", refuse)
    with pytest.raises(RunError, match=r"^The database was created before version 1\.0\.$"):
        Run(Console(io.StringIO()), Signals())._prepare()


@pytest.mark.django_db
def test_it_accepts_a_database_of_newer_code_after_a_rollback(calls, old_database):
    for app, name in MigrationLoader(connection).disk_migrations:
        if app == "emails":
            old_database.record_applied(app, name)
    preparation.migrate(out=io.StringIO())
    assert calls == []


@pytest.mark.django_db
def test_it_does_not_touch_existing_data(calls, settings):
    apps.get_model("venues.Venue").objects.create(name="The Mill", slug="the-mill")
    preparation.load_demo(out=io.StringIO())
    assert calls == [("demo", "--logins")]


@pytest.mark.django_db
def test_an_interrupted_demo_is_created_again(calls, monkeypatch):
    cleared = []
    monkeypatch.setattr(preparation, "_clear_database", lambda: cleared.append(True))

    def stop(*_arguments, **_options):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(preparation, "call_command", stop)
        preparation.load_demo(out=io.StringIO())
    assert cleared == []
    preparation.load_demo(out=io.StringIO())
    assert cleared == [True]
    preparation.load_demo(out=io.StringIO())
    assert cleared == [True]


@pytest.mark.usefixtures("_collected")
def test_it_collects_static_files_that_changed(calls, settings):
    (settings.STATIC_ROOT / ".fingerprint").write_text("as before")
    preparation.collect_static(out=io.StringIO())
    assert calls == [("collectstatic",)]
    assert (settings.STATIC_ROOT / ".fingerprint").read_text() == "as now"


def test_it_notices_when_a_static_file_changes(settings, tmp_path):
    settings.STATICFILES_DIRS = [tmp_path]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    _forget_finders()
    try:
        (tmp_path / "site.css").write_text("a {}")
        before = preparation.static_fingerprint()
        assert preparation.static_fingerprint() == before
        (tmp_path / "site.css").write_text("a { color: red }")
        assert preparation.static_fingerprint() != before
    finally:
        _forget_finders()


def _forget_finders():
    from django.contrib.staticfiles.finders import get_finder

    get_finder.cache_clear()


def test_it_can_be_run_as_a_command(monkeypatch):
    asked = []
    monkeypatch.setattr(
        "devserver.management.commands.prepare.prepare", lambda *, out: asked.append(out)
    )
    call_command("prepare")
    assert len(asked) == 1
