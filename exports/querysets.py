"""Query vocabulary of exports."""

from django.db import models

from core.leases import is_free


class ExportQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(status="waiting")

    def running(self):
        """Filter those that a running worker has leased."""
        return self.filter(~is_free(), status="running")

    def abandoned(self):
        """Filter those whose worker was killed before it finished."""
        return self.filter(is_free(), status="running")

    def of_attempt(self, export):
        """Filter the export itself, unless another worker has claimed it since."""
        return self.filter(pk=export.pk, status="running", attempts=export.attempts)

    def with_file(self):
        """Filter those whose file has not been deleted."""
        return self.exclude(file="")

    def finished_before(self, moment):
        return self.filter(finished_at__lte=moment)

    def of_sheets(self, names):
        return self.filter(sheet__in=names)

    def without_contacts(self):
        """Filter those whose file has no e-mail addresses of customers."""
        return self.filter(with_contacts=False)
