"""The vocabulary of exports."""

from django.db import models

from core.leases import is_free


class ExportQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(status="waiting")

    def being_written(self):
        """Those that a living worker has leased."""
        return self.filter(~is_free(), status="running")

    def orphaned(self):
        """Those whose worker was killed in the middle."""
        return self.filter(is_free(), status="running")

    def in_hands_of(self, export):
        """The export itself, for as long as nobody else has taken it up."""
        return self.filter(pk=export.pk, status="running", attempts=export.attempts)

    def kept(self):
        """Those whose file is still there."""
        return self.exclude(file="")

    def finished_before(self, moment):
        return self.filter(finished_at__lte=moment)

    def of_sheets(self, names):
        return self.filter(sheet__in=names)

    def without_contacts(self):
        """Those in whose file there are no e-mail addresses of customers."""
        return self.filter(with_contacts=False)
