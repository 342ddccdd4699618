"""Files of exports are not kept for ever. That somebody took rows out of the house is."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from .models import Export, export_storage


def delete_old_exports(now: datetime | None = None) -> int:
    """Delete the files that were finished KEEP_EXPORTS_DAYS ago or earlier; return how many.

    May be killed and run again: a file goes before its row says so.
    """
    before = (now or timezone.now()) - timedelta(days=settings.KEEP_EXPORTS_DAYS)
    number = 0
    for export in Export.objects.kept().finished_before(before).order_by("pk"):
        export_storage().delete(export.file)
        Export.objects.filter(pk=export.pk).update(file="")
        number += 1
    return number
