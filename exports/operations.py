"""Export rows of a list: at once, or by the worker."""

from django.db import transaction
from django.utils import timezone

from core.enqueue import enqueue_soon
from core.spreadsheets import spreadsheet

from .models import Export
from .sheets import table_of

TASK = "exports.tasks.write_exports"


def export_at_once(*, sheet, file_format, rows, query, by):
    """Return the download of these few rows, and record the export."""
    with_contacts = sheet.includes_contacts_for(by)
    table = list(table_of(sheet, rows, with_contacts=with_contacts))
    count = len(table) - 1
    Export.objects.create(
        sheet=sheet.name,
        file_format=file_format,
        query=query,
        with_contacts=with_contacts,
        by=by,
        status=Export.Status.DONE,
        rows_total=count,
        rows_done=count,
        finished_at=timezone.now(),
    )
    name = f"{sheet.name}-{timezone.localtime():%Y-%m-%d-%H%M}"
    return spreadsheet(table, name=name, file_format=file_format)


@transaction.atomic
def begin_export(*, sheet, file_format, query, by, count):
    """Have the worker write what the list shows for `query`; return the Export.

    `count` is the approximate number of rows. The requester gets an e-mail when it is done.
    """
    export = Export.objects.create(
        sheet=sheet.name,
        file_format=file_format,
        query=query,
        with_contacts=sheet.includes_contacts_for(by),
        by=by,
        rows_total=count,
    )
    enqueue_soon(TASK)
    return export
