"""The vocabulary of exports."""

from datetime import timedelta

from django.db import models
from django.db.models.functions import Now

# A worker that writes says so every second or so; one that has said nothing for this long is dead.
SILENCE = timedelta(minutes=2)


class ExportQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(status="waiting")

    def being_written(self):
        """Those that a living worker has in its hands."""
        return self.filter(status="running", beat_at__gt=Now() - SILENCE)

    def orphaned(self):
        """Those whose worker was killed in the middle."""
        return self.filter(status="running", beat_at__lte=Now() - SILENCE)

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
