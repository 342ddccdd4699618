"""Exports that the worker writes: progress, e-mail, file, killed workers, deletion."""

import errno
import time
from datetime import timedelta

import pytest
from django.db import IntegrityError, OperationalError, transaction
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role, appoint
from bookings.tests.factories import make_paid_order
from core.testing.processes import wait_until
from emails.models import OutboxEmail
from emails.rendering import render_due_emails
from exports import writer
from exports.models import Export, export_storage
from exports.operations import begin_export, delete_old_exports
from exports.sheets import SHEETS
from exports.tasks import write_exports as task
from exports.writer import write_exports
from shows.tests.factories import make_user
from venues.models import Venue

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def database_up_for_long(settings):
    """Treat ended leases as free at once, although the test database has just started."""
    settings.LEASE_SECONDS = 2


def clerk(role=Role.FINANCE, **fields):
    user = make_user(**fields)
    appoint(user=user, role=role)
    return user


def browser_of(user):
    browser = Client()
    browser.force_login(user)
    return browser


def make_export(sheet="orders", file_format="csv", query="", by=None, count=0):
    return begin_export(
        sheet=SHEETS[sheet], file_format=file_format, query=query, by=by or clerk(), count=count
    )


def page(export):
    return reverse("admin:exports_export_change", args=[export.pk])


def download(browser, export):
    return browser.get(reverse("admin:exports_export_download", args=[export.pk]))


def told(export):
    export.refresh_from_db()
    return export.status, export.rows_done, export.rows_total


def test_long_lists_are_written_by_the_worker(settings):
    settings.EXPORT_MAX_DOWNLOAD_ROWS = 1
    make_paid_order(email="bob@example.org")
    make_paid_order(email="bob@example.org")
    user = clerk(Role.BOX_OFFICE)
    browser = browser_of(user)
    url = reverse("admin:bookings_order_export") + "?q=bob"
    assert "created in the background" in browser.get(url).content.decode()
    form = {"confirmed": "yes", "sheet": "orders", "file_format": "csv"}
    response = browser.post(url, form)

    export = Export.objects.get()
    assert response["Location"] == page(export)
    assert (export.status, export.by, export.query) == ("waiting", user, "q=bob")
    assert "0 of 2 rows" in browser.get(page(export)).content.decode()

    task()
    assert told(export) == ("done", 2, 2)
    body = b"".join(download(browser, export).streaming_content).decode()
    assert body.count("bob@example.org") == 2


def test_a_list_at_the_limit_is_downloaded_at_once(settings):
    settings.EXPORT_MAX_DOWNLOAD_ROWS = 1
    make_paid_order()
    form = {"confirmed": "yes", "sheet": "orders", "file_format": "csv"}
    response = browser_of(clerk()).post(reverse("admin:bookings_order_export"), form)
    assert response["Content-Type"].startswith("text/csv")


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_the_file_has_a_title(file_format):
    make_paid_order()
    user = clerk()
    export = make_export(file_format=file_format, by=user)
    write_exports()
    response = download(browser_of(user), export)
    assert f'filename="orders-{export.pk}.{file_format}"' in response["Content-Disposition"]
    assert "no-store" in response["Cache-Control"] and "private" in response["Cache-Control"]
    first = b"".join(response.streaming_content)[:3]
    assert first == (b"\xef\xbb\xbf" if file_format == "csv" else b"PK\x03")


def test_the_page_shows_the_progress(monkeypatch):
    """The page refreshes itself until the export is done."""
    monkeypatch.setattr(writer, "REPORT_SECONDS", 0.0)
    for number in range(3):
        Venue.objects.create(name=f"V{number}", slug=f"v{number}", time_zone="UTC")
    user = clerk()
    export, browser, seen = make_export("venues", by=user, count=3), browser_of(user), []
    say = writer._report_progress

    def watched(export, done):
        say(export, done)
        seen.append(browser.get(page(export)).content.decode())

    monkeypatch.setattr(writer, "_report_progress", watched)
    write_exports()
    assert any("1 of 3 rows" in text and 'data-refresh="2"' in text for text in seen)
    after = browser.get(page(export)).content.decode()
    assert "3 of 3 rows" in after and "data-refresh" not in after and "/download/" in after


def test_the_requester_gets_an_email_with_a_link():
    user = clerk(language="de")
    export = make_export(by=user)
    write_exports()
    render_due_emails()
    email = OutboxEmail.objects.get()
    assert email.to == user.email and page(export) in email.text
    assert email.subject == "Ihr Export ist fertig: Bestellungen"
    assert page(export) in email.html


def test_it_uses_the_language_and_time_zone_of_the_requester():
    order = make_paid_order()
    user = clerk(language="de")
    export = make_export(by=user)
    write_exports()
    text = export_storage().open(_file(export)).read().decode()
    assert "bezahlt" in text and order.reference in text


# --- Permissions --------------------------------------------------------------------------


def test_the_file_needs_the_permission_to_view_its_rows():
    export = make_export("transactions")
    write_exports()
    for role in (Role.FINANCE, Role.MANAGER):
        browser = browser_of(clerk(role, email=f"{role.name}@example.org".lower()))
        assert download(browser, export).status_code == 200
        assert browser.get(page(export)).status_code == 200
    door = browser_of(clerk(Role.DOOR, email="door@example.org"))
    assert download(door, export).status_code == 404
    assert door.get(page(export)).status_code == 403
    assert door.get(reverse("admin:exports_export_changelist")).status_code == 403
    stranger = browser_of(make_user(email="x@example.org"))
    assert download(stranger, export).status_code == 302
    assert download(Client(), export).status_code == 302


def test_a_file_with_addresses_needs_that_permission():
    make_paid_order(email="bob@example.org")
    export = make_export(by=clerk(Role.MANAGER))
    write_exports()
    assert b"bob@example.org" in b"".join(download(browser_of(export.by), export).streaming_content)
    finance = browser_of(clerk(email="finance@example.org"))
    assert download(finance, export).status_code == 404
    assert (
        export.file_name
        not in finance.get(reverse("admin:exports_export_changelist")).content.decode()
    )


def test_addresses_are_left_out_after_losing_the_permission():
    make_paid_order()
    user = clerk(Role.MANAGER)
    export = make_export(by=user)
    user.groups.clear()
    appoint(user=user, role=Role.FINANCE)
    write_exports()
    assert told(export)[0] == "failed" and "no longer has permission" in export.failure


@pytest.mark.parametrize("loss", ["role", "account", "staff"])
def test_nothing_is_written_after_losing_the_permission(loss):
    make_paid_order()
    user = clerk()
    export = make_export(by=user)
    if loss == "role":
        user.groups.clear()
    elif loss == "account":
        user.delete()
    else:
        type(user).objects.filter(pk=user.pk).update(is_staff=False)
    write_exports()
    assert told(export)[0] == "failed" and "no longer has permission" in export.failure
    assert not _file(export)


# --- Killed workers -----------------------------------------------------------------------


def test_an_export_of_a_killed_worker_is_resumed(processes, tmp_path):
    """A real worker process is killed while it hangs. It keeps its lease as long as it runs."""
    make_paid_order()
    export = make_export()
    process = processes(
        "exports.tests.hanging_worker.write_and_hang",
        settings={"CELERY_TASK_ALWAYS_EAGER": True, "LEASE_SECONDS": 2},
    )
    wait_until(lambda: told(export)[0] == "running")
    time.sleep(4)
    assert write_exports() == 0, "It is alive, and has renewed its lease."
    process.kill()
    assert write_exports() == 0, "It may be alive still."
    assert told(export)[0] == "running"
    killed_at = time.monotonic()
    wait_until(lambda: write_exports() == 1, 30)
    assert time.monotonic() - killed_at < 10
    assert told(export) == ("done", 1, 1)
    assert OutboxEmail.objects.filter(kind=writer.EMAIL_KIND).count() == 1


def test_an_export_that_kills_its_workers_fails():
    export = make_export()
    for _ in range(writer.MAX_ATTEMPTS):
        assert writer._claim_next() == export
        _lease_ends(export)
    assert write_exports() == 0
    assert told(export)[0] == "failed" and "interrupted too often" in export.failure
    assert OutboxEmail.objects.get().about == {"export": export.pk}


def test_a_worker_that_lost_its_lease_stops(monkeypatch):
    make_paid_order()
    export = make_export()
    slow = writer._claim_next()
    _lease_ends(export)
    assert write_exports() == 1
    file = _file(export)
    with pytest.raises(writer._LeaseLost):
        writer._write_file(slow)
    writer._finish(slow, failure="Too late")
    assert told(export)[0] == "done" and _file(export) == file
    assert export_storage().exists(file)


def test_one_export_is_written_at_a_time():
    make_export(by=(user := clerk()))
    make_export(by=user)
    assert writer._claim_next() is not None
    assert writer._claim_next() is None
    with pytest.raises(IntegrityError), transaction.atomic():
        Export.objects.waiting().update(status="running", leased_until=Now())


def test_a_failed_export_is_marked_and_the_next_is_written(monkeypatch):
    user = clerk()
    broken, good = make_export(by=user), make_export("payments", by=user)

    def store(export, file, really=writer._store_file):
        if export == broken:
            raise OSError("No space left on device")
        return really(export, file)

    monkeypatch.setattr(writer, "_store_file", store)
    assert write_exports() == 2
    assert told(broken)[0] == "failed" and "No space left" in broken.failure
    assert told(good)[0] == "done"
    render_due_emails()
    assert {email.subject for email in OutboxEmail.objects.all()} == {
        "Your export failed: Orders",
        "Your export is ready: Payments",
    }
    assert "No space left" in browser_of(user).get(page(broken)).content.decode()


def test_a_full_disk_is_reported_in_words(monkeypatch):
    def fill(export, file):
        raise OSError(errno.ENOSPC, "No space left on device")

    export = make_export()
    monkeypatch.setattr(writer, "_store_file", fill)
    write_exports()
    assert told(export)[0] == "failed"
    assert export.failure.startswith("The server's disk is full.")


def test_filters_on_deleted_objects_fail():
    export = make_export(query="colour=red")
    write_exports()
    assert told(export)[0] == "failed" and "filters" in export.failure


def test_a_database_outage_fails_nothing(monkeypatch):
    export = make_export()

    def away(*_args):
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(writer, "_store_file", away)
    with pytest.raises(OperationalError):
        write_exports()
    assert told(export)[0] == "running"
    monkeypatch.undo()
    _lease_ends(export)
    write_exports()
    assert told(export)[0] == "done"


# --- Completion and deletion --------------------------------------------------------------


def test_old_files_are_deleted(settings):
    settings.KEEP_EXPORTS_DAYS = 3
    user = clerk()
    old, young = make_export(by=user), make_export("payments", by=user)
    write_exports()
    file = _file(old)
    Export.objects.filter(pk=old.pk).update(finished_at=timezone.now() - timedelta(days=3))
    assert delete_old_exports() == 1
    assert not export_storage().exists(file) and export_storage().exists(_file(young))
    assert not _file(old) and delete_old_exports() == 0
    response = browser_of(user).get(
        reverse("admin:exports_export_download", args=[old.pk]), follow=True
    )
    assert "no longer available" in response.content.decode()


def test_a_deleted_file_is_reported():
    user = clerk()
    export = make_export(by=user)
    write_exports()
    export_storage().delete(_file(export))
    assert download(browser_of(user), export).status_code == 302


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "done"},
        {"status": "running"},
        {"finished_at": Now()},
        {"file": "x.csv"},
        {"rows_done": 5},
    ],
)
def test_the_database_rejects_invalid_values(wrong):
    export = make_export()
    with pytest.raises(IntegrityError), transaction.atomic():
        Export.objects.filter(pk=export.pk).update(**wrong)


def _lease_ends(export):
    past = Now() - timedelta(hours=1)
    assert Export.objects.filter(pk=export.pk).update(leased_until=past)


def _file(export):
    return Export.objects.values_list("file", flat=True).get(pk=export.pk)
