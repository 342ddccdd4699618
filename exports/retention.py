"""Delete the files of old exports. The record that rows were exported is kept."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from .models import Export, export_storage


def delete_old_exports(now=None):
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
