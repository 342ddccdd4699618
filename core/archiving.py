"""Putting away instead of deleting: what the books speak of stays, and is out of the way."""

from django.db import models, transaction
from django.db.models import PROTECT, ProtectedError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Archivable(models.Model):
    """A row that may be put away: still there for all that speaks of it, but in no list."""

    archived_at = models.DateTimeField(_("archived"), null=True, editable=False)

    class Meta:
        abstract = True

    @property
    def is_archived(self):
        return self.archived_at is not None


class ArchivableQuerySet(models.QuerySet):
    def current(self):
        """All but what has been archived."""
        return self.filter(archived_at=None)

    def archived(self):
        return self.filter(archived_at__isnull=False)


def count_references(thing):
    """Return what keeps it from being deleted: (name of a kind of rows, how many), if anything."""
    counts = [
        (relation.related_model._meta, _rows(relation, thing).count())
        for relation in thing._meta.related_objects
        if relation.on_delete is PROTECT
    ]
    return [
        (str(meta.verbose_name if count == 1 else meta.verbose_name_plural), count)
        for meta, count in counts
        if count
    ]


def remove(*, thing):
    """Delete it if nothing stands on it, else archive it. Return whether it was deleted."""
    try:
        with transaction.atomic():
            if not count_references(thing):
                thing.delete()
                return True
    except ProtectedError:
        pass  # Something stands on what would go with it.
    archive(thing=thing)
    return False


def archive(*, thing):
    """Put it away. Once more does nothing."""
    if not thing.is_archived:
        thing.archived_at = timezone.now()
        thing.save(update_fields=["archived_at"])


def restore(*, thing):
    thing.archived_at = None
    thing.save(update_fields=["archived_at"])


def _rows(relation, thing):
    return relation.related_model._base_manager.filter(**{relation.field.name: thing})
