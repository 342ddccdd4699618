"""Write exports, one at a time. An export of a killed worker is written by the next one.

A worker leases an export (see `core.leases`) and increments its `attempts`, by which it recognises
later whether the export is still its own. When the lease has expired, the next worker starts the
export again; the former one, if it still runs, notices at its next progress report and stops.
"""

import logging
import tempfile
import time
from datetime import timedelta

from django.core.files import File
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.leases import lease_end, renewing
from core.spreadsheets import write_csv, write_xlsx
from core.unavailable import DISK_FULL_ERRNOS
from emails.outbox import enqueue_email

from .admin_lists import UnknownFilter, listed_rows, localized_for
from .models import Export, export_storage
from .sheets import SHEETS, table_of

logger = logging.getLogger(__name__)

# Seconds between two progress reports.
REPORT_SECONDS = 1.0
MAX_ATTEMPTS = 3
# A longer export fails; the task ends after it (see `exports.tasks`).
MAX_DURATION = timedelta(minutes=50)
WRITERS = {"csv": write_csv, "xlsx": write_xlsx}
EMAIL_KIND = "export_finished"


class _LeaseLost(Exception):
    """Another worker has claimed the export."""


class _Refused(Exception):
    """The export can never be written; the message is for the requester."""


def write_exports() -> int:
    """Write all waiting exports and those of killed workers; return how many.

    Call it outside a transaction. Does nothing while another worker writes.
    """
    number = 0
    while (export := _claim_next()) is not None:
        with renewing(Export.objects.of_attempt(export), longest=MAX_DURATION):
            _write(export)
        number += 1
    return number


def _claim_next():
    """Claim the next export and return it, or None."""
    _fail_repeatedly_killed()
    exports = Export.objects.all()
    if exports.running().exists():
        return None
    export = (exports.abandoned() or exports.waiting()).order_by("pk").first()
    if export is None:
        return None
    before = Export.objects.filter(pk=export.pk, status=export.status, attempts=export.attempts)
    export.attempts += 1
    try:
        with transaction.atomic():
            claimed = before.update(
                status=Export.Status.RUNNING,
                attempts=export.attempts,
                rows_done=0,
                leased_until=lease_end(),
            )
    except IntegrityError:
        return None  # Another worker has just claimed one.
    return export if claimed else None


def _fail_repeatedly_killed():
    """Mark exports whose workers were killed each time as failed."""
    for export in Export.objects.abandoned().filter(attempts__gte=MAX_ATTEMPTS):
        _finish(export, failure=_("The export was interrupted too often."))


def _write(export):
    try:
        _write_file(export)
    except _LeaseLost:
        logger.warning("Export %s was taken over by another worker.", export)
    except _Refused as refusal:
        _finish(export, failure=str(refusal))
    except (InterfaceError, OperationalError):
        raise  # The database is unavailable; another worker repeats it when the lease has expired.
    except Exception as error:
        logger.exception("Export %s could not be written.", export)
        _finish(export, failure=_failure_of(error))


def _failure_of(error):
    if isinstance(error, OSError) and error.errno in DISK_FULL_ERRNOS:
        return _("The server's disk is full. Please tell the administrator, then export again.")
    return f"{type(error).__name__}: {error}"


def _write_file(export):
    user, sheet = export.by, SHEETS.get(export.sheet)
    may = sheet is not None and sheet.can_be_exported_by(user)
    if not may or (export.with_contacts and not sheet.includes_contacts_for(user)):
        raise _Refused(_("The requester no longer has permission to view these rows."))
    with localized_for(user), tempfile.TemporaryFile() as file:
        try:
            rows = listed_rows(model=sheet.model, query=export.query, user=user)
        except UnknownFilter as refusal:
            raise _Refused(str(refusal)) from None
        export.rows_total = rows.count()
        _report_progress(export, 0)
        table = table_of(sheet, rows, with_contacts=export.with_contacts)
        WRITERS[export.file_format](_with_progress(export, table), file)
        file.seek(0)
        _report_progress(export, export.rows_done)
        name = _store_file(export, file)
    _finish(export, file=name)


def _with_progress(export, table):
    """Yield the rows of the table, and report the progress from time to time."""
    reported_at = time.monotonic()
    for number, row in enumerate(table):  # The first row has the headings.
        yield row
        export.rows_done = number
        if time.monotonic() >= reported_at + REPORT_SECONDS:
            _report_progress(export, number)
            reported_at = time.monotonic()


def _report_progress(export, done):
    # Rows may have been added since they were counted.
    export.rows_total = max(export.rows_total, done)
    updated = Export.objects.of_attempt(export).update(
        rows_done=done, rows_total=export.rows_total, leased_until=lease_end()
    )
    if not updated:
        raise _LeaseLost


def _store_file(export, file):
    """Store the file, replacing one left by a worker that was killed here."""
    storage = export_storage()
    storage.delete(export.file_name)
    return storage.save(export.file_name, File(file))


def _finish(export, *, file="", failure=""):
    """Record the result and enqueue the e-mail, unless another worker has claimed the export."""
    with transaction.atomic(durable=True):
        ended = Export.objects.of_attempt(export).update(
            status=Export.Status.FAILED if failure else Export.Status.DONE,
            file=file,
            failure=failure[:200],
            finished_at=timezone.now(),
        )
        if ended and export.by is not None:
            enqueue_email(
                kind=EMAIL_KIND,
                key=f"{EMAIL_KIND}:{export.pk}",
                to=export.by.email,
                about={"export": export.pk},
                user=export.by,
                language=export.by.language,
            )
