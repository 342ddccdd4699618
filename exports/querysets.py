"""The vocabulary of exports."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models

from core.leases import is_free

if TYPE_CHECKING:
    from .models import Export


class ExportQuerySet(models.QuerySet):
    def waiting(self) -> Self:
        return self.filter(status="waiting")

    def being_written(self) -> Self:
        """Those that a living worker has leased."""
        return self.filter(~is_free(), status="running")

    def orphaned(self) -> Self:
        """Those whose worker was killed in the middle."""
        return self.filter(is_free(), status="running")

    def in_hands_of(self, export: "Export") -> Self:
        """The export itself, for as long as nobody else has taken it up."""
        return self.filter(pk=export.pk, status="running", attempts=export.attempts)

    def kept(self) -> Self:
        """Those whose file is still there."""
        return self.exclude(file="")

    def finished_before(self, moment: datetime) -> Self:
        return self.filter(finished_at__lte=moment)

    def of_sheets(self, names: Iterable[str]) -> Self:
        return self.filter(sheet__in=names)

    def without_contacts(self) -> Self:
        """Those in whose file there are no e-mail addresses of customers."""
        return self.filter(with_contacts=False)
