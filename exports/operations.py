"""Export rows of a list: at once, or by the worker."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.utils import timezone

from accounts.models import User
from core.enqueue import enqueue_soon
from core.spreadsheets import spreadsheet

from .models import Export, export_storage
from .sheets import Sheet, table_of

TASK = "exports.tasks.write_exports"


def export_at_once(
    *, sheet: Sheet, file_format: str, rows: QuerySet[Any], query: str, by: User
) -> HttpResponseBase:
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
def begin_export(*, sheet: Sheet, file_format: str, query: str, by: User, count: int) -> Export:
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


def delete_old_exports(now: datetime | None = None) -> int:
    """Delete files that were finished KEEP_EXPORTS_DAYS ago or earlier; return how many.

    Can be interrupted and repeated: a file is deleted before its row is updated.
    """
    before = (now or timezone.now()) - timedelta(days=settings.KEEP_EXPORTS_DAYS)
    number = 0
    for export in Export.objects.with_file().finished_before(before).order_by("pk"):
        export_storage().delete(export.file)
        Export.objects.filter(pk=export.pk).update(file="")
        number += 1
    return number
