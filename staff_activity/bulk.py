"""Rows that are made many at a time, of which no model tells by itself."""

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
    """Write a line for each row, as if each had been saved by itself, in a few statements."""
    who = signature()
    if who and auditlog.contains(sender):
        kind = ContentType.objects.get_for_model(sender)
        lines = (_line(kind, row, who) for row in rows)
        LogEntry.objects.bulk_create(lines, batch_size=BATCH)


def _line(kind, row, who):
    return LogEntry(
        content_type=kind,
        object_pk=str(row.pk),
        object_id=row.pk,
        object_repr=str(row),
        action=LogEntry.Action.CREATE,
        changes=model_instance_diff(None, row),
        **who,
    )
