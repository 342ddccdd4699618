"""Writing exports, one at a time; a worker that is killed leaves its own to the next.

A worker leases an export (see `core.leases`) and raises its `attempts`, by which it knows later
whether the export is still its own. When the lease has ended, the next worker begins the export
anew; the former one, should it be alive, notices at its next report of progress and stops.
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

from .admin_lists import NoSuchList, rows_listed, seen_by
from .models import Export, export_storage
from .sheets import SHEETS, table_of

logger = logging.getLogger(__name__)

# Seconds between two reports of progress.
BEAT = 1.0
MOST_ATTEMPTS = 3
# One that takes longer is given up; the task ends after it (see `exports.tasks`).
LONGEST = timedelta(minutes=50)
WRITERS = {"csv": write_csv, "xlsx": write_xlsx}
LETTER = "export_finished"


class _TakenOver(Exception):
    """Another worker has the export by now."""


class _Refused(Exception):
    """It cannot be written, now or later; in words for whoever asked."""


def write_exports() -> int:
    """Write all that waits, and what was left by workers that were killed; return how many.

    Not inside a transaction. Does nothing while another worker is at it.
    """
    number = 0
    while (export := _take_up()) is not None:
        with renewing(Export.objects.in_hands_of(export), longest=LONGEST):
            _write(export)
        number += 1
    return number


def _take_up():
    """Return the next export, in our hands, or None."""
    _give_up_hopeless()
    exports = Export.objects.all()
    if exports.being_written().exists():
        return None
    export = (exports.orphaned() or exports.waiting()).order_by("pk").first()
    if export is None:
        return None
    before = Export.objects.filter(pk=export.pk, status=export.status, attempts=export.attempts)
    export.attempts += 1
    try:
        with transaction.atomic():
            mine = before.update(
                status=Export.Status.RUNNING,
                attempts=export.attempts,
                rows_done=0,
                leased_until=lease_end(),
            )
    except IntegrityError:
        return None  # Another worker has just taken up another one.
    return export if mine else None


def _give_up_hopeless():
    """Whoever kills its worker each time is not tried for ever."""
    for export in Export.objects.orphaned().filter(attempts__gte=MOST_ATTEMPTS):
        _end(export, failure=_("The worker was stopped each time before it was done."))


def _write(export):
    try:
        _write_file(export)
    except _TakenOver:
        logger.warning("Export %s was taken over by another worker.", export)
    except _Refused as refusal:
        _end(export, failure=str(refusal))
    except (InterfaceError, OperationalError):
        raise  # The database is away: another worker begins anew when the lease has ended.
    except Exception as error:
        logger.exception("Export %s could not be written.", export)
        _end(export, failure=_reason(error))


def _reason(error):
    if isinstance(error, OSError) and error.errno in DISK_FULL_ERRNOS:
        return _("The server's disk is full. Please tell the administrator, then export again.")
    return f"{type(error).__name__}: {error}"


def _write_file(export):
    user, sheet = export.by, SHEETS.get(export.sheet)
    may = sheet is not None and sheet.may_be_had_by(user)
    if not may or (export.with_contacts and not sheet.shows_contacts_to(user)):
        raise _Refused(_("Whoever asked for it may not see these rows (any more)."))
    with seen_by(user), tempfile.TemporaryFile() as file:
        try:
            rows = rows_listed(model=sheet.model, query=export.query, user=user)
        except NoSuchList as refusal:
            raise _Refused(str(refusal)) from None
        export.rows_total = rows.count()
        _say(export, 0)
        table = table_of(sheet, rows, with_contacts=export.with_contacts)
        WRITERS[export.file_format](_counted(export, table), file)
        file.seek(0)
        _say(export, export.rows_done)
        name = _store(export, file)
    _end(export, file=name)


def _counted(export, table):
    """Pass the table on, and say now and then how far it has come."""
    said_at = time.monotonic()
    for number, row in enumerate(table):  # The first are the headings.
        yield row
        export.rows_done = number
        if time.monotonic() >= said_at + BEAT:
            _say(export, number)
            said_at = time.monotonic()


def _say(export, done):
    # Of a list that moves meanwhile there may be more rows than were counted.
    export.rows_total = max(export.rows_total, done)
    said = Export.objects.in_hands_of(export).update(
        rows_done=done, rows_total=export.rows_total, leased_until=lease_end()
    )
    if not said:
        raise _TakenOver


def _store(export, file):
    """Put the file where it waits, in the place of what a worker left that died right here."""
    storage = export_storage()
    storage.delete(export.file_name)
    return storage.save(export.file_name, File(file))


def _end(export, *, file="", failure=""):
    """Write down how it ended, and owe the letter, if it is still ours."""
    with transaction.atomic(durable=True):
        ended = Export.objects.in_hands_of(export).update(
            status=Export.Status.FAILED if failure else Export.Status.DONE,
            file=file,
            failure=failure[:200],
            finished_at=timezone.now(),
        )
        if ended and export.by is not None:
            enqueue_email(
                kind=LETTER,
                key=f"{LETTER}:{export.pk}",
                to=export.by.email,
                about={"export": export.pk},
                user=export.by,
                language=export.by.language,
            )
