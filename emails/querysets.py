"""The vocabulary of letters."""

from django.db import models
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Now
from post_office.models import STATUS, Log


class OutboxEmailQuerySet(models.QuerySet):
    def unwritten(self):
        return self.filter(written_at=None)

    def stuck(self):
        """Those that could not be written when it was last tried."""
        return self.unwritten().exclude(failure="")

    def waiting(self):
        return self.filter(email__status__in=[STATUS.queued, STATUS.requeued])

    def sent(self):
        return self.filter(email__status=STATUS.sent)

    def undelivered(self):
        """Those that the mail server would not take."""
        return self.filter(email__status=STATUS.failed)

    def with_refusals(self):
        """Add `refusal`: what the mail server last said against each."""
        logs = Log.objects.filter(email=OuterRef("email")).order_by("-pk")
        return self.annotate(refusal=Subquery(logs.values("message")[:1]))

    def owed(self):
        """Those that are due by the database's clock and not yet written."""
        return self.unwritten().filter(due_at__lte=Now())

    def claimed(self, batch, urgency):
        """Lock up to `batch` owed letters of one urgency, passing over those of other writers."""
        owed = self.owed().filter(urgency=urgency).order_by("due_at", "pk")
        return owed.select_for_update(skip_locked=True)[:batch]

    def for_writing(self):
        """Lock letters while they are written; whoever comes second waits, and looks again.

        It may not pass over those that are locked: a writer who looks for work locks a letter for
        a moment even if another has just taken it up, and that one would then be left lying.
        """
        return self.select_for_update(of=("self",))


class OptOutQuerySet(models.QuerySet):
    def of(self, *, email, kind):
        return self.filter(email=email.strip().lower(), kind=kind)


class ConsentQuerySet(models.QuerySet):
    def given(self):
        return self.filter(withdrawn_at=None)

    def withdrawn(self):
        return self.filter(withdrawn_at__isnull=False)
