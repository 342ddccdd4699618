"""Record rows that are created in bulk, for which Django sends no signals."""

from collections.abc import Iterable
from typing import Any

from auditlog.diff import model_instance_diff
from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.dispatch import receiver

from shows.signals import rows_created

from .actor import signature

BATCH = 500


@receiver(rows_created)
def record_bulk_changes(sender: Any, rows: Iterable[Model], **kwargs: Any) -> None:
    """Record each row as if it had been saved individually, in a few statements."""
    actor = signature()
    if actor and auditlog.contains(sender):
        kind = ContentType.objects.get_for_model(sender)
        entries = (_log_entry(kind, row, actor) for row in rows)
        LogEntry.objects.bulk_create(entries, batch_size=BATCH)


def _log_entry(kind, row, actor):
    return LogEntry(
        content_type=kind,
        object_pk=str(row.pk),
        object_id=row.pk,
        object_repr=str(row),
        action=LogEntry.Action.CREATE,
        changes=model_instance_diff(None, row),
        **actor,
    )
