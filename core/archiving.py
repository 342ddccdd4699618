"""Archive instead of delete: rows with sales are kept, and disappear from lists."""

from typing import Self

from django.db import models, transaction
from django.db.models import PROTECT, ProtectedError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Archivable(models.Model):
    """A row that can be archived: references to it stay, and lists leave it out."""

    archived_at = models.DateTimeField(_("archived"), null=True, editable=False)

    class Meta:
        abstract = True

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    def reasons_against_archiving(self) -> list[str]:
        """Return why it cannot be archived yet, as sentences. Models in use override this."""
        return []


class CannotArchive(Exception):
    """It is still in use. `reasons` are sentences."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


class ArchivableQuerySet(models.QuerySet):
    def current(self) -> Self:
        """Return the rows that are not archived."""
        return self.filter(archived_at=None)

    def archived(self) -> Self:
        return self.filter(archived_at__isnull=False)


def count_references(row: models.Model) -> list[tuple[str, int]]:
    """Return (name of the model, number of rows) of what protects the row from being deleted."""
    counts = [
        (relation.related_model._meta, _rows(relation, row).count())
        for relation in row._meta.related_objects
        if relation.on_delete is PROTECT
    ]
    return [
        (str(meta.verbose_name if count == 1 else meta.verbose_name_plural), count)
        for meta, count in counts
        if count
    ]


def remove(*, row: Archivable) -> bool:
    """Delete the row if nothing refers to it, else archive it. Return whether it was deleted.

    Raises `CannotArchive` while it is in use.
    """
    try:
        with transaction.atomic():
            if not count_references(row):
                row.delete()
                return True
    except ProtectedError:
        pass  # A row that would be deleted with it has references.
    archive(row=row)
    return False


def archive(*, row: Archivable) -> None:
    """Archive the row, unless it is archived already. Raises `CannotArchive` while it is in use."""
    if reasons := row.reasons_against_archiving():
        raise CannotArchive(reasons)
    if not row.is_archived:
        row.archived_at = timezone.now()
        row.save(update_fields=["archived_at"])


def restore(*, row: Archivable) -> None:
    """Restore an archived row."""
    row.archived_at = None
    row.save(update_fields=["archived_at"])


def _rows(relation, row):
    return relation.related_model._base_manager.filter(**{relation.field.name: row})
