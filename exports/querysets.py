"""Query vocabulary of exports."""

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

    def running(self) -> Self:
        """Filter those that a running worker has leased."""
        return self.filter(~is_free(), status="running")

    def abandoned(self) -> Self:
        """Filter those whose worker was killed before it finished."""
        return self.filter(is_free(), status="running")

    def of_attempt(self, export: "Export") -> Self:
        """Filter the export itself, unless another worker has claimed it since."""
        return self.filter(pk=export.pk, status="running", attempts=export.attempts)

    def with_file(self) -> Self:
        """Filter those whose file has not been deleted."""
        return self.exclude(file="")

    def finished_before(self, moment: datetime) -> Self:
        return self.filter(finished_at__lte=moment)

    def of_sheets(self, names: Iterable[str]) -> Self:
        return self.filter(sheet__in=names)

    def without_contacts(self) -> Self:
        """Filter those whose file has no e-mail addresses of customers."""
        return self.filter(with_contacts=False)
